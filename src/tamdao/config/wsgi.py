"""The WSGI application of an instance, without side effects; `tamdao serve` starts it through `served`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamdao.config.settings")

application = get_wsgi_application()
# a page that can't be imported ends the worker at its start, where it is noticed, and not at its first reader
get_resolver().url_patterns  # noqa: B018  (read for its effect)
