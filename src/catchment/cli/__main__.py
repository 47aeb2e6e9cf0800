"""Makes `python -m catchment.cli` the same as `catchment`."""

from catchment.cli import main

main()
