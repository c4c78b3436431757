"""Layer 4: the registrant holds the phone."""
