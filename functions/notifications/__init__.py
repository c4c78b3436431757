"""What registrants are told by mail of their registration."""
