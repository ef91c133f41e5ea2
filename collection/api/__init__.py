"""The HTTP side: JSON for machines, pages for people."""
