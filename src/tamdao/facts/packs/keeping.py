"""What an upgrade must not change while values are stored: it would give them another meaning without a word.

Values are append-only, also those that were withdrawn: `as of` still shows them. What is counted otherwise is another
indicator, with a code of its own.
"""

from __future__ import annotations

from tamdao.core.packs.api import Checking
from tamdao.core.packs.changes import Change
from tamdao.core.packs.records import Data
from tamdao.core.units.models import Level
from tamdao.facts.models import Measure, Observation, Target
from tamdao.kit.messages import Message
from tamdao.kit.periods import Period

from .words import PER, all_named, named


def _names(model: type[Measure | Level]) -> dict[str, Data]:
    return {row["code"]: dict(row) for row in model.objects.values("code", "name_vi", "name_en")}


def _sides(change: Change) -> tuple[Data, Data] | None:
    """The live record and the one that would replace it; None where nothing is replaced."""
    if change.action != "changed" or change.live is None or change.new is None:
        return None
    return change.live, change.new


def refuse_measure(change: Change) -> Message | None:
    """A measure keeps its dimension, its scale and whether it is an order while values or targets are in it."""
    sides = _sides(change)
    if sides is None or all(
        sides[0].get(name) == sides[1].get(name) for name in ("dimension", "scale", "ordinal")
    ):
        return None
    code = sides[1]["code"]
    values = Observation.objects.filter(indicator__measure=code).exclude(value=None)
    if not values.exists() and not Target.objects.filter(measure=code).exists():
        return None
    return Message(
        f"Đơn vị đo {code} đang có số liệu hoặc chỉ tiêu: không đổi được thứ nguyên, hệ số hay tính thứ bậc. "
        "Đặt mã mới cho đơn vị đo mới.",
        f"Values or targets are in the measure {code}: its dimension, scale and order can't change. Give the "
        "new measure a new code.",
    )


def refuse_indicator(change: Change) -> Message | None:
    """An indicator keeps its measure while it has values, and the periods and levels of what is stored."""
    sides = _sides(change)
    if sides is None:
        return None
    live, new = sides
    return _refuse_measure_of(live, new) or _refuse_frequency(live, new) or _refuse_levels(live, new)


def _refuse_measure_of(live: Data, new: Data) -> Message | None:
    if live["measure"] == new["measure"]:
        return None
    count = Observation.objects.filter(indicator=new["code"]).exclude(value=None).count()
    if not count:
        return None
    measures = _names(Measure)
    old, other = named(measures, live["measure"]), named(measures, new["measure"])
    return Message(
        f"{new['code']} đã có {count} giá trị tính bằng {old.vi}: không đổi đơn vị đo thành {other.vi} được. "
        "Đặt mã mới cho chỉ số mới.",
        f"{new['code']} has {count} values in {old.en}: its measure can't become {other.en}. Give the new indicator a "
        "new code.",
    )


def _refuse_frequency(live: Data, new: Data) -> Message | None:
    if live["frequency"] == new["frequency"]:
        return None
    periods = (
        Observation.objects.filter(indicator=new["code"])
        .order_by()
        .values_list("period", flat=True)
        .distinct()
    )
    other = sorted(period for period in periods if Period.parse(period).kind != new["frequency"])
    if not other:
        return None
    per = PER[new["frequency"]]
    return Message(
        f"{new['code']} đã có giá trị của kỳ {other[0]}: không đổi sang tính theo {per.vi} được. "
        "Đặt mã mới cho chỉ số mới.",
        f"{new['code']} has values for {other[0]}: it can't become one per {per.en}. Give the new indicator a new "
        "code.",
    )


def _refuse_levels(live: Data, new: Data) -> Message | None:
    if not set(live["levels"]) - set(new["levels"]):
        return None
    stored = Observation.objects.filter(indicator=new["code"]).exclude(unit__level__in=new["levels"])
    codes = sorted(set(stored.order_by().values_list("unit__level", flat=True).distinct()))
    if not codes:
        return None
    names = all_named(_names(Level), codes)
    return Message(
        f"{new['code']} đã có giá trị ở {names.vi}: không bỏ cấp ấy được.",
        f"{new['code']} has values at {names.en}: that level can't be left out.",
    )


def check_targets_elsewhere(checking: Checking) -> None:
    """Targets of other packs are in the measure of their indicator: it can't change under them."""
    own = {record.key: record for record in checking.records("indicators")}
    measures = checking.everything("measures")
    for target in checking.others("targets").values():
        for name in ("indicator", "measured_by"):
            record = own.get(target.get(name) or "")
            if record is None or record.data["measure"] == target["measure"]:
                continue
            theirs = named(measures, target["measure"])
            message = Message(
                f"Chỉ tiêu {target['code']}, không thuộc gói này, tính bằng {theirs.vi}.",
                f"The target {target['code']}, which is not of this pack, is in {theirs.en}.",
            )
            checking.findings.at(record, "measure", message)
