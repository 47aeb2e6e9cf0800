"""The nouns of an anycast service: frozen, pure, without files, clocks or arrays."""
