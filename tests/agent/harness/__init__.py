"""Client, router and two sites in namespaces, with real daemons and our agent as a process; faults are made and timed."""
