"""What agents know of each other: gossip within a site, a store that all sites share, the router's own view."""
