"""What switches are made of: settings, middleware and functions put out of force for one check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

Switch = Callable[[pytest.MonkeyPatch, ExitStack], object]
FORGIVING = lambda *args, **options: None  # noqa: E731  # a check that finds nothing


def setting(**values: Any) -> Switch:
    return lambda patch, stack: stack.enter_context(override_settings(**values))


def without(*middleware: str) -> Switch:
    kept = [name for name in settings.MIDDLEWARE if not name.endswith(middleware)]
    assert len(kept) < len(settings.MIDDLEWARE)
    return setting(MIDDLEWARE=kept)


def around(middleware: str) -> Switch:
    """A weak stand-in outside everything else."""
    return setting(MIDDLEWARE=[f"tests.security.weak.{middleware}", *settings.MIDDLEWARE])


def patched(target: Any, name: str, value: Any) -> Switch:
    return lambda patch, stack: patch.setattr(target, name, value)


def nothing(*args: Any, **options: Any) -> Iterator[Any]:
    return iter(())
