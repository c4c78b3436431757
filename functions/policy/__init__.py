"""The verification policy in force, for the state machine."""
