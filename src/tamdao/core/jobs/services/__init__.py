"""Writes of background work and outbox, one file per noun."""
