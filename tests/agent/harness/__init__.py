"""Client, router and two sites in namespaces, with real daemons and our agent; faults are made and timed."""
