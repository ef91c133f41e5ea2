"""The Redis side of the ports."""
