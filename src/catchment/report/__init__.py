"""Facts -> text, CSV, JSON and pages: pure; the one exception is marked."""
