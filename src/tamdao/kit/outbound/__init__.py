"""Calls to addresses that somebody configured or typed: checked by what they resolve to, and connected to just that."""

from __future__ import annotations

from .addresses import AddressRefused, checked_url, is_public
from .sessions import outbound_session

__all__ = ["AddressRefused", "checked_url", "is_public", "outbound_session"]
