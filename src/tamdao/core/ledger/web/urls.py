"""Pages of the ledger, for those whose office it is to look into it."""

from __future__ import annotations

from tamdao.kit.web.routes import route

from . import views

urlpatterns = [
    route("ledger/", views.overview, name="ledger", resource="ledger", action="view"),
    route(
        "ledger/<str:kind>/<path:pk>/evidence",
        views.evidence,
        name="ledger_evidence",
        resource="ledger",
        action="export",
    ),
    route(
        "ledger/<str:kind>/<path:pk>/", views.history, name="ledger_object", resource="ledger", action="view"
    ),
]
