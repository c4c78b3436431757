"""Layer 2: the NIK can have been issued, and nobody else is verified with it."""
