"""Compare: two saved catchments side by side."""

from pathlib import Path

from catchment.results import archive, comparison


def compare(before: Path, after: Path, most: int) -> comparison.Comparison:
    """Who moved between two saved catchments. Raises DataError when a file is not what `predict` saves."""
    return comparison.compare(archive.load(before), archive.load(after), most)
