"""Stand-ins that speak the partners' wire formats over HTTP on loopback, with synthetic people only."""
