"""The agent of a site: watches its services, announces and withdraws; pure decisions here, effects in their rooms."""
