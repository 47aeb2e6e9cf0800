"""BIRD 2: from what a router is told to its bird.conf."""
