"""Where controls are registered: the name that docs/security/asvs.csv uses → its check."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[[], None]
CONTROLS: dict[str, Check] = {}


def control(name: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        assert name not in CONTROLS
        CONTROLS[name] = check
        return check

    return register
