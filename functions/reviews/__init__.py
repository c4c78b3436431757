"""The operators' API: the cases that a person is to decide."""
