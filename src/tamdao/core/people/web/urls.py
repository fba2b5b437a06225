"""Pages about the reader's own session. Signing in and out stand in the root URL table."""

from __future__ import annotations

from tamdao.kit.web.routes import route

from . import views

urlpatterns = [
    route("accounts/role/", views.switch_role, name="switch_role", resource="preference", action="change"),
]
