"""Which parts this source tree carries: a layer without pages or API simply has none."""

from __future__ import annotations

from importlib.util import find_spec


def present(module: str) -> bool:
    """Whether `module` stands in the source tree, asked without importing it. A folder without code does not count."""
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        return False
    return spec is not None and spec.origin is not None
