"""The machine under the daemons: interfaces, routes, tunnels, filters and kernel settings."""
