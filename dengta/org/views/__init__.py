"""Pages of the org room, one file per place in the navigation."""
