"""The URL table of the house with the probe."""

from __future__ import annotations

from django.urls import path

from tamdao.config.urls import handler400, handler404, handler500
from tamdao.config.urls import urlpatterns as house
from tests.reliability.probe import probe

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]
urlpatterns = [path("api/v1/probe", probe), *house]
