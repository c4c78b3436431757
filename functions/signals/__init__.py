"""Turns changes of the table into calls of the workflow and events."""
