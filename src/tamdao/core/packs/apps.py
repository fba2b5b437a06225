from django.apps import AppConfig

from tamdao.core.ledger.decisions import Audited, Exempt


class PacksConfig(AppConfig):
    name = "tamdao.core.packs"
    label = "packs"
    default_auto_field = "django.db.models.BigAutoField"
    audit = {
        "InstalledPack": Audited(),
        "PackRecord": Exempt(
            "what a pack delivered, kept to tell a local edit from an old version; the rows made of it are audited, "
            "and the hash of the whole stands in InstalledPack"
        ),
    }
