"""What the map page is made of: world outlines, colours, packed columns, the share table, and the assets."""
