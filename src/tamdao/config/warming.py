"""Fills the memory of a web process before it takes its first reader: units, catalogue, tables of the index, pages.

What is kept is what readers would fill it with; nothing here changes an answer, and nothing that fails here keeps a
process from serving. After a change of the records the first reader of each process computes anew, with everything
that does not depend on the records (imports, templates, words) still at hand.
"""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from tamdao.core.units import api as units
from tamdao.kit.errors import DomainError
from tamdao.modules.scoring import api as scoring

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# a process that is not warm by then starts as it is: late is worse than slow
LONGEST = 4.0
LEVEL = "province"
_log = logging.getLogger(__name__)


def warm(application: Application) -> float:
    """Warm this process; returns the seconds it took. Failures are logged in a line and left behind."""
    begun = time.monotonic()
    try:
        _tables(until=begun + LONGEST)
        for address in _addresses():
            if time.monotonic() > begun + LONGEST:
                break
            _open(application, address)
    except Exception as error:  # whatever it is, the first reader gets it as a proper answer
        _log.info("not warmed: %s", error)
    finally:
        # connections belong to the thread that made them, and this one answers nobody
        connections.close_all()
    # What is kept lives until the next change: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
    return time.monotonic() - begun


def _tables(*, until: float) -> None:
    """Units, arrows, catalogue, and the index of every year on the map of its time and on the newest one."""
    today = timezone.localdate()
    with units.held():
        units.lineage()
        for year in reversed(scoring.edition_years(LEVEL)):
            for day in (None, today):
                if time.monotonic() > until:
                    return
                scoring.dti_table(year, on=day)


def _addresses() -> list[str]:
    """Pages that need no record, and one unit: together they compile what most readers open."""
    names = ("home", "targets", "indicators", "units", "dti", "wall")
    found = [reverse(name) for name in names]
    found.append(f"{reverse('search')}?q=a")
    try:
        first = units.unit_map(timezone.localdate()).units(LEVEL)[:1]
    except DomainError:
        return found
    return found + [reverse("unit", args=(row.id,)) for row in first]


def _open(application: Application, address: str) -> None:
    """One GET as an unknown reader would send it, the answer thrown away."""
    path, _, query = address.partition("?")
    environ: dict[str, Any] = {
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "HTTP_HOST": _host(),
        "wsgi.url_scheme": "https" if settings.SECURE_SSL_REDIRECT else "http",
        "wsgi.input": BytesIO(),
    }
    setup_testing_defaults(environ)
    answer = application(environ, lambda *_: None)
    close = getattr(answer, "close", None)
    if close is not None:
        close()


def _host() -> str:
    """A host name this instance answers to."""
    named = (name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*")
    return next(named, "localhost")
