"""Lets ``python -m collection`` be the ``collection`` command."""

from collection.cli import app

app(prog_name="collection")
