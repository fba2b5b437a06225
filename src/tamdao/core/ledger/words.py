"""The ledger in words: kinds of writes, names of columns, events, actors. Apps may add words for their own tables.

class PeopleConfig(AppConfig):
    audit_words = {"RoleHolding": Message("vai trò", "role"), "from_date": Message("từ ngày", "from")}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.apps import apps

from tamdao.kit.messages import Message

from .decisions import audited_tables

OPERATIONS: Mapping[str, Message] = {
    "I": Message("thêm mới", "added"),
    "U": Message("sửa", "changed"),
    "D": Message("xóa", "deleted"),
    "B": Message("ghi nhận hiện trạng", "found as it is"),
    "N": Message("ghi chú", "note"),
}
# columns that mean the same in every table
COLUMNS: Mapping[str, Message] = {
    "id": Message("số", "number"),
    "code": Message("mã", "code"),
    "name": Message("tên", "name"),
    "name_vi": Message("tên", "name"),
    "name_en": Message("tên tiếng Anh", "English name"),
    "title_vi": Message("tiêu đề", "title"),
    "title_en": Message("tiêu đề tiếng Anh", "English title"),
    "value": Message("giá trị", "value"),
    "status": Message("trạng thái", "status"),
    "kind": Message("loại", "kind"),
    "role": Message("vai trò", "role"),
    "person_id": Message("người", "person"),
    "unit_id": Message("đơn vị", "unit"),
    "parent_id": Message("đơn vị cấp trên", "parent"),
    "level_id": Message("cấp", "level"),
    "level": Message("cấp", "level"),
    "indicator_id": Message("chỉ số", "indicator"),
    "source_id": Message("nguồn", "source"),
    "document_id": Message("văn bản", "document"),
    "measure_id": Message("đơn vị tính", "unit of measure"),
    "period": Message("kỳ", "period"),
    "period_start": Message("đầu kỳ", "begin of the period"),
    "period_end": Message("cuối kỳ", "end of the period"),
    "dims": Message("phân tổ", "dimensions"),
    "flow": Message("cách tính kỳ", "flow"),
    "sign": Message("dấu", "sign"),
    "revision": Message("lần sửa", "revision"),
    "locator": Message("vị trí trong văn bản", "place in the document"),
    "note": Message("ghi chú", "note"),
    "note_vi": Message("ghi chú", "note"),
    "note_en": Message("ghi chú tiếng Anh", "English note"),
    "from_date": Message("từ ngày", "from"),
    "first_date": Message("ngày đầu", "first day"),
    "end_date": Message("đến trước ngày", "until before"),
    "date": Message("ngày", "date"),
    "deadline": Message("thời hạn", "deadline"),
    "comparator": Message("so sánh", "comparator"),
    "username": Message("tên đăng nhập", "user name"),
    "display_name": Message("tên hiển thị", "shown name"),
    "is_active": Message("đang dùng", "active"),
    "demo": Message("tài khoản thử", "demo account"),
    "password": Message("mật khẩu", "password"),
    "last_login": Message("lần đăng nhập cuối", "last sign-in"),
    "key_sha256": Message("khóa truy cập", "access key"),
    "version": Message("phiên bản", "version"),
    "installed_by": Message("người cài", "installed by"),
    "installed_at": Message("lúc cài", "installed at"),
    "recorded_by": Message("người ghi", "recorded by"),
    "recorded_at": Message("lúc ghi", "recorded at"),
    "published_date": Message("ngày công bố", "published"),
    "formula": Message("công thức", "formula"),
    "url": Message("địa chỉ", "address"),
}
EVENTS: Mapping[str, Message] = {
    "ledger.baseline": Message("ghi nhận hiện trạng", "baseline"),
    "ledger.personal.read": Message("xem dữ liệu cá nhân", "personal data read"),
    "ledger.person.erased": Message("xóa dữ liệu cá nhân", "person erased"),
    "packs.pack.installed": Message("cài gói nội dung", "pack installed"),
    "facts.observation.published": Message("công bố số liệu", "figures published"),
}
KINDS: Mapping[str, Message] = {
    "key": Message("khóa ký mới", "new signing key"),
    "clock": Message("đồng hồ máy chủ bị lùi", "the clock was turned back"),
    "read": Message("xem dữ liệu cá nhân", "personal data read"),
    "erase": Message("xóa dữ liệu cá nhân", "person erased"),
}
# tables, by the label of their model
TABLES: Mapping[str, Message] = {
    "people.Person": Message("tài khoản", "account"),
    "people.RoleHolding": Message("vai trò được giao", "role held"),
    "people.ApiClient": Message("khóa truy cập API", "API client"),
    "units.Level": Message("cấp hành chính", "level"),
    "units.Unit": Message("đơn vị", "unit"),
    "units.UnitVersion": Message("tên và mã đơn vị", "name and code of a unit"),
    "units.UnitEvent": Message("thay đổi đơn vị", "change of units"),
    "units.UnitLink": Message("nối đơn vị cũ với mới", "link of units"),
    "units.Boundary": Message("ranh giới", "boundary"),
    "files.SourceDocument": Message("văn bản", "document"),
    "packs.InstalledPack": Message("gói nội dung", "pack"),
    "facts.Measure": Message("đơn vị tính", "unit of measure"),
    "facts.Source": Message("nguồn số liệu", "source"),
    "facts.Indicator": Message("chỉ số", "indicator"),
    "facts.Observation": Message("dòng số liệu", "stored figure"),
    "facts.Target": Message("chỉ tiêu", "target"),
    "facts.TargetBase": Message("giá trị gốc của chỉ tiêu", "base of a target"),
    "facts.TargetLink": Message("chỉ số đo chỉ tiêu", "indicator of a target"),
    "facts.FactChange": Message("mục trong danh sách thay đổi", "item of the change list"),
    "scoring.Edition": Message("bộ chỉ số", "index edition"),
    "scoring.EditionYear": Message("năm áp dụng bộ chỉ số", "year of an edition"),
    "scoring.EditionNode": Message("mục của bộ chỉ số", "node of an edition"),
}
_ACTORS: Mapping[str, Message] = {
    "person": Message("người dùng", "person"),
    "client": Message("chương trình", "program"),
    "system": Message("hệ thống", "system"),
    "cli": Message("dòng lệnh", "command line"),
}
UNKNOWN = Message("không rõ", "unknown")


@cache
def _app_words() -> dict[str, Message]:
    found: dict[str, Message] = {}
    for app in apps.get_app_configs():
        found |= getattr(app, "audit_words", {})
    return found


def column_name(column: str) -> Message:
    """A column in words; its own name where nobody gave any."""
    return _app_words().get(column) or COLUMNS.get(column) or Message(column, column)


def tell_event(event: str) -> Message:
    """An event in words; its own name where nobody gave any."""
    return _app_words().get(event) or EVENTS.get(event) or Message(event, event)


def table_name(table: str) -> Message:
    """A table in words, by its own name or the label of its model."""
    for audited in audited_tables():
        if table in {audited.name, audited.label}:
            return (
                _app_words().get(audited.label)
                or TABLES.get(audited.label)
                or Message(audited.label, audited.label)
            )
    return Message(table, table)


def register_names(resolve: Callable[[str], str | None]) -> None:
    """`resolve` gives the name of an actor ("person:12"), None where there is none: people live a floor above."""
    _resolvers[:] = [resolve]


_resolvers: list[Callable[[str], str | None]] = []


def actor_name(by: str) -> Message:
    """An actor in words: the registered name, otherwise "person:12" → "người dùng 12"."""
    named = next((name for resolve in _resolvers if (name := resolve(by))), None)
    if named is not None:
        return Message(named, named)
    kind, _, name = by.partition(":")
    word = _ACTORS.get(kind)
    if not by or word is None:
        return Message(by, by) if by else UNKNOWN
    return Message(f"{word.vi} {name}", f"{word.en} {name}")


def shown_value(value: Any) -> str:
    """A value as text; an absent one as a dash."""
    if value is None or value == "":
        return "—"
    return str(value)
