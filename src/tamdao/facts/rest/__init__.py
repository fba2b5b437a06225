"""Figures, indicators, observations and targets over HTTP."""

from .routers import router

__all__ = ["router"]
