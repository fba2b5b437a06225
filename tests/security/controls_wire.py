"""Controls of what goes over the wire, tried on real servers; see `controls`."""

from __future__ import annotations

from tests.security import smuggling
from tests.security.registry import control


@control("smuggling")
def no_smuggling() -> None:
    """A request whose end is told in two ways is refused, or nothing after it is read."""
    with smuggling.web() as port:
        smuggling.check(port)
