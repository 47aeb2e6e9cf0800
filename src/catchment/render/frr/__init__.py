"""FRR: from what a router is told to frr.conf and the files beside it."""
