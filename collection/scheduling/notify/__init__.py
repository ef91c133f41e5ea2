"""Telling people: from an entry of the outbox to messages, and their way out."""
