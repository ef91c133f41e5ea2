"""Streets, matrices, the planner, its verifier and the maps."""
