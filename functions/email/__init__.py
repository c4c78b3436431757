"""Layer 1: the registrant controls the email address."""
