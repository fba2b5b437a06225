"""Pages of kit itself: the reader's preferences and the style guide."""

from __future__ import annotations

from tamdao.kit.web.routes import route

from . import views

urlpatterns = [
    route("", views.styleguide, name="styleguide", resource="styleguide", action="view"),
    route("map/", views.choose_map, name="choose_map", resource="preference", action="change"),
    route("sample/", views.switch_sample, name="switch_sample", resource="preference", action="change"),
    route("theme/", views.choose_theme, name="choose_theme", resource="preference", action="change"),
]
