"""Reads. Plain values leave this package, no ORM rows."""
