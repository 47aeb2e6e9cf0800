"""Design -> configuration files: `view` gathers what one router needs, and each daemon has a module that writes it."""
