"""The HTTP API that a registration frontend calls."""
