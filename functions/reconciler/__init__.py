"""Finds registrations that got stuck, and repairs each by writing to the table."""
