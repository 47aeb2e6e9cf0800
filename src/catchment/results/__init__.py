"""Facts that rooms hand to each other: frozen, arrays read-only; only archive touches the disk."""
