"""Layer 3: the population register knows the person."""
