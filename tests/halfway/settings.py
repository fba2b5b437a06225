"""Settings of an instance with that app, as a next release would bring one."""

from tamdao.config.settings import *  # noqa: F403, TID251  # extends the settings of the product
from tamdao.config.settings import INSTALLED_APPS  # noqa: TID251  # extends the settings of the product

INSTALLED_APPS = [*INSTALLED_APPS, "tests.halfway"]
