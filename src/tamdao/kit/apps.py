"""The Django face of kit: templates, template tags, static files."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """Carries no models; the domain-free page components live here."""

    name = "tamdao.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"
