"""Fault campaigns: many registrations at once while everything around them fails, and an auditor who looks on from outside."""
