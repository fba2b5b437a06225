"""Writes: the only ways by which facts change."""
