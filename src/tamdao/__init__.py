"""Tam Đảo: the platform with which a province runs its digital transformation."""

__version__ = "0.1.0"
