"""Results held against what was wanted: pure."""
