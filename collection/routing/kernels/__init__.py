"""Compiled ruin and recreate; `collection.routing.search` drives it."""
