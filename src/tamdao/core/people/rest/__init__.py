"""People over HTTP."""

from .routers import router

__all__ = ["router"]
