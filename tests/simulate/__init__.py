"""Days that are played."""
