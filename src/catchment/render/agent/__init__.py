"""The agent of a router: what it watches and announces by the design, and its file."""
