"""Pages of the outbox and of background work."""

from __future__ import annotations

from tamdao.kit.web.routes import route

from . import views

urlpatterns = [
    route("outbox/", views.outbox, name="outbox", resource="outbox", action="view"),
    route("outbox/<uuid:message>/", views.message, name="outbox_message", resource="outbox", action="view"),
    route(
        "outbox/<uuid:message>/retry/", views.retry, name="outbox_retry", resource="outbox", action="change"
    ),
    route(
        "outbox/<uuid:message>/discard/",
        views.discard,
        name="outbox_discard",
        resource="outbox",
        action="change",
    ),
    route("background/", views.works, name="works", resource="own_work", action="view"),
    route("background/<uuid:work>/", views.work, name="work", resource="own_work", action="view"),
    route(
        "background/<uuid:work>/cancel/",
        views.cancel,
        name="work_cancel",
        resource="own_work",
        action="change",
    ),
]
