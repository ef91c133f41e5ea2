"""Instances and solutions as the field writes them: Solomon, VRPLIB and VROOM JSON."""
