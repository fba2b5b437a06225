"""Options that mean the same in every command about figures."""

from __future__ import annotations

from datetime import date

import click

from tamdao.kit.click_types import Read
from tamdao.kit.messages import Message

from . import dates


def day(what: Message) -> Read[date]:
    """A day as 2025-07-01 or 01/07/2025; `what` names it where it can't be read."""
    return Read("date", lambda text: dates.parse_day(text, what))


map_option = click.option(
    "--map",
    "on",
    type=day(dates.MAP_DATE),
    metavar="DATE",
    help="Ngày địa giới · map date, e.g. 2025-07-01",
)
as_of_option = click.option(
    "--as-of",
    "as_of",
    type=Read("moment", dates.parse_as_of),
    metavar="DATE",
    help="Theo những gì đã ghi nhận đến thời điểm này · as recorded by then",
)
sample_option = click.option("--sample", is_flag=True, help="Kèm dữ liệu mẫu · with sample data")
json_option = click.option("--json", "as_json", is_flag=True, help="In dạng JSON · print JSON")
lang_option = click.option(
    "--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Ngôn ngữ · language"
)
