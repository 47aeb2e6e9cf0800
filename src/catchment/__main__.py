"""Runs the command line as `python -m catchment`, and as a zipapp."""

from catchment.cli import main

if __name__ == "__main__":
    main()
