from datetime import date

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class IocConfig(AppConfig):
    """The pages. Registers what stands in the frame round each of them."""

    name = "tamdao.modules.ioc"
    label = "ioc"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tamdao.kit.messages import Message
        from tamdao.kit.web import shell

        shell.register_nav(
            shell.NavItem(gettext_lazy("Toàn cảnh"), "home", "home"),
            shell.NavItem(gettext_lazy("Chỉ tiêu"), "targets", "targets"),
            shell.NavItem("DTI", "dti", "dti"),
            shell.NavItem(gettext_lazy("Số liệu"), "indicators", "indicators"),
            shell.NavItem(gettext_lazy("Đơn vị"), "units", "units"),
        )
        shell.register_links(home="home", search="search", suggest="search_suggest")
        # the last day of the old map and the first day of the new one
        shell.register_map_presets(
            (date(2025, 6, 30), Message("Trước 01/07/2025", "Before 1 July 2025")),
            (date(2025, 7, 1), Message("Từ 01/07/2025", "From 1 July 2025")),
        )
