"""A return on its way back: the ward's own file with its cells marked, and what comes back with it."""
