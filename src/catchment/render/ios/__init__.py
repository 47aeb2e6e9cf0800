"""Cisco IOS: what an operator can paste, with the watch from the router's side."""
