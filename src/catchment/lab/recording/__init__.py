"""Record what clients and routers of a lab see while something is done to it."""
