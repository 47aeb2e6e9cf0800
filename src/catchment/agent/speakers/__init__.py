"""Routing daemons that the agent tells what to announce, each behind the same small interface."""
