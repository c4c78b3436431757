"""Runs the template on one machine: AWS by moto, the partners by stand-ins, the functions in this process."""
