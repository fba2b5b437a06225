"""Index editions as data."""

from .edition import Edition, EditionNode, EditionYear

__all__ = ["Edition", "EditionNode", "EditionYear"]
