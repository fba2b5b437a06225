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
    "at": Message("lúc", "at"),
    "by": Message("người thực hiện", "by"),
    "key": Message("đối tượng", "object"),
    "rows": Message("số dòng", "rows"),
    "reason": Message("lý do", "reason"),
    "summary_vi": Message("tóm tắt", "summary"),
    "summary_en": Message("tóm tắt tiếng Anh", "English summary"),
    "message_id": Message("thư", "message"),
    "folded": Message("chữ để tìm kiếm", "text for searching"),
    "definition_vi": Message("định nghĩa", "definition"),
    "definition_en": Message("định nghĩa tiếng Anh", "English definition"),
    "pillar": Message("trụ cột", "pillar"),
    "direction": Message("chiều tốt", "better when"),
    "frequency": Message("tần suất", "frequency"),
    "window_vi": Message("thời hạn có số", "due"),
    "levels": Message("các cấp", "levels"),
    "owner_vi": Message("cơ quan chủ trì", "owner"),
    "owner_en": Message("cơ quan chủ trì, tiếng Anh", "owner, English"),
    "rule": Message("quy tắc quy đổi", "rule of conversion"),
    "rule_weight_id": Message("chỉ số làm trọng số", "indicator of the weight"),
    "convert_result": Message("quy đổi kết quả", "convert the result"),
    "decimals": Message("số chữ số thập phân", "decimals"),
    "source_order": Message("thứ tự nguồn", "order of sources"),
    "symbol": Message("ký hiệu", "symbol"),
    "symbol_en": Message("ký hiệu tiếng Anh", "English symbol"),
    "dimension": Message("đại lượng", "dimension"),
    "scale": Message("hệ số", "scale"),
    "ordinal": Message("là thứ hạng", "is a rank"),
    "value_number": Message("giá trị để sắp xếp", "value for sorting"),
    "sign_word": Message("chữ của dấu", "word of the sign"),
    "universe": Message("phạm vi so sánh", "universe"),
    "priority": Message("thứ tự ưu tiên", "priority"),
    "sample": Message("dữ liệu mẫu", "sample"),
    "measured_by_id": Message("chỉ số đo", "measured by"),
    "scope_vi": Message("phạm vi", "scope"),
    "scope_en": Message("phạm vi tiếng Anh", "English scope"),
    "base_value": Message("giá trị gốc", "base value"),
    "base_date": Message("ngày gốc", "base date"),
    "base_source": Message("nguồn giá trị gốc", "source of the base"),
    "target_id": Message("chỉ tiêu", "target"),
    "sha256": Message("dấu nội dung", "content digest"),
    "content_hash": Message("dấu nội dung", "content digest"),
    "size": Message("dung lượng", "size"),
    "content_type": Message("loại tệp", "content type"),
    "created_at": Message("lúc tạo", "created at"),
    "created_by": Message("người tạo", "created by"),
    "number": Message("số, ký hiệu", "number"),
    "text_read": Message("đã đọc toàn văn", "read in full"),
    "total_points": Message("tổng điểm", "total points"),
    "edition_id": Message("bộ chỉ số", "edition"),
    "position": Message("thứ tự", "position"),
    "max_points": Message("điểm tối đa", "most points"),
    "assessed_points": Message("điểm được đánh giá", "points assessed"),
    "scored": Message("có chấm điểm", "scored"),
    "rank_indicator_id": Message("chỉ số của hạng", "indicator of the rank"),
    "group": Message("nhóm", "group"),
    "year": Message("năm", "year"),
    "coordinates": Message("tọa độ", "coordinates"),
    "credit": Message("ghi công", "credit"),
    "file_name": Message("tên tệp", "file name"),
    "loaded_at": Message("lúc nạp", "loaded at"),
    "depth": Message("bậc", "depth"),
    "territorial": Message("theo lãnh thổ", "territorial"),
    "from_known": Message("biết ngày đầu", "first day known"),
    "legal_act": Message("căn cứ pháp lý", "legal act"),
    "event_id": Message("sự kiện", "event"),
    "from_unit_id": Message("đơn vị cũ", "old unit"),
    "to_unit_id": Message("đơn vị mới", "new unit"),
    "share": Message("tỷ lệ nhập vào", "share"),
    "share_source": Message("nguồn của tỷ lệ", "source of the share"),
    "type_vi": Message("loại đơn vị", "type of unit"),
}
EVENTS: Mapping[str, Message] = {
    "ledger.baseline": Message("ghi nhận hiện trạng", "baseline"),
    "ledger.personal.read": Message("xem dữ liệu cá nhân", "personal data read"),
    "ledger.triggers.mended": Message("khôi phục bộ ghi nhận", "triggers mended"),
    "ledger.person.erased": Message("xóa dữ liệu cá nhân", "person erased"),
    "packs.pack.installed": Message("cài gói nội dung", "pack installed"),
    "jobs.outbox.discarded": Message("bỏ thư", "message discarded"),
    "jobs.outbox.retried": Message("gửi lại thư", "message sent again"),
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
    "files.FileBlob": Message("tệp", "file"),
    "jobs.OutboxDecision": Message("quyết định về thư", "decision on a message"),
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
    return Message(named, named) if named is not None else actor_words(by)


def actor_words(by: str) -> Message:
    """An actor by kind and number, without looking for a name."""
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
