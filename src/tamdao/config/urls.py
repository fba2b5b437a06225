"""The URL table of an instance. Pages register through `kit.web.routes.route`, so each names resource and action."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from tamdao.config.api import api
from tamdao.config.health import health
from tamdao.config.parts import present
from tamdao.kit.web.routes import route

# pages of the layers, lowest first; ioc owns the root
PAGES = (
    ("kit/", "tamdao.kit.styleguide.urls"),
    ("", "tamdao.core.ledger.web.urls"),
    ("", "tamdao.core.jobs.web.urls"),
    ("", "tamdao.core.people.web.urls"),
    ("", "tamdao.core.accounts.web.urls"),
    ("", "tamdao.modules.ioc.web.urls"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    route("health/", health, name="health", resource="health", action="view"),
    route("language/", set_language, name="set_language", resource="preference", action="change"),
    path("api/v1/", api.urls),
    *(path(prefix, include(module)) for prefix, module in PAGES if present(module)),
]

handler400 = "tamdao.config.refusals.bad_request"
handler404 = "tamdao.config.refusals.not_found"
handler500 = "tamdao.config.refusals.crashed"
