"""The Internet as arrays: its graph, its geography, where they come from, and the file they are kept in."""
