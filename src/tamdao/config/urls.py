"""The URL table of an instance. Pages register through `kit.web.routes.route`, so each names resource and action."""

from __future__ import annotations

from django.contrib.auth import views as auth_views
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from tamdao.config.api import api
from tamdao.config.health import health
from tamdao.config.parts import present
from tamdao.core.people.web.forms import SignInForm
from tamdao.kit.web.routes import route

# pages of the layers, lowest first; ioc owns the root
PAGES = (
    ("kit/", "tamdao.kit.styleguide.urls"),
    ("", "tamdao.core.ledger.web.urls"),
    ("", "tamdao.core.people.web.urls"),
    ("", "tamdao.modules.ioc.web.urls"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    route("health/", health, name="health", resource="health", action="view"),
    route("language/", set_language, name="set_language", resource="preference", action="change"),
    route(
        "accounts/login/",
        auth_views.LoginView.as_view(authentication_form=SignInForm),
        name="login",
        resource="session",
        action="start",
    ),
    route(
        "accounts/logout/", auth_views.LogoutView.as_view(), name="logout", resource="session", action="end"
    ),
    path("api/v1/", api.urls),
    *(path(prefix, include(module)) for prefix, module in PAGES if present(module)),
]

handler400 = "tamdao.config.refusals.bad_request"
handler404 = "tamdao.config.refusals.not_found"
handler500 = "tamdao.config.refusals.crashed"
