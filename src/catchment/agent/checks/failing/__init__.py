"""Proves that checks can fail: asks each of them at servers that are broken on purpose."""
