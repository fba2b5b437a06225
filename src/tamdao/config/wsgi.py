"""The WSGI application that `tamdao serve` hands to granian."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamdao.config.settings")

application = get_wsgi_application()
