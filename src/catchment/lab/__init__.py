"""The lab: a design on one machine, a namespace for every router and host, with the files that real routers load."""
