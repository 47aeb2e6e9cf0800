"""Advice about the configuration of the router that an agent tells: what would keep a dead site announced."""
