from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class IocConfig(AppConfig):
    """The pages. Registers what stands in the frame round each of them."""

    name = "tamdao.modules.ioc"
    label = "ioc"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tamdao.kit.web import shell

        shell.register_nav(
            shell.NavItem(gettext_lazy("Toàn cảnh"), "home", "home"),
            shell.NavItem(gettext_lazy("Chỉ tiêu"), "targets", "targets"),
            shell.NavItem("DTI", "dti", "dti"),
            shell.NavItem(gettext_lazy("Số liệu"), "indicators", "indicators"),
            shell.NavItem(gettext_lazy("Đơn vị"), "units", "units"),
        )
        shell.register_links(home="home", search="search", suggest="search_suggest", login="login", logout="logout")
