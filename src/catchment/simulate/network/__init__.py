"""Inside our own networks: what the IGP tells each router, its tables, and where packets go hop by hop."""
