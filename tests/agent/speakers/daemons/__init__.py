"""The real daemons that the conformance suite is run against, each as an operator would set it up."""
