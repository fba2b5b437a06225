"""What roles, relations, resources and actions are called, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tamdao.kit.messages import Message

from .policy import Capacity, Relation, Role

ROLES: Mapping[Role, Message] = {
    Role.PUBLIC: Message("Người dân, chưa đăng nhập", "The public, not signed in"),
    Role.PERSON: Message("Mọi người đã đăng nhập", "Everyone signed in"),
    Role.OFFICER: Message("Công chức", "Officer"),
    Role.DIRECTOR: Message("Lãnh đạo Sở", "Head of department"),
    Role.ANALYST: Message("Chuyên viên tổng hợp", "Analyst"),
    Role.LEADER: Message("Lãnh đạo", "Leader"),
    Role.UNIT_ADMIN: Message("Quản trị đơn vị", "Unit administrator"),
    Role.AUDITOR: Message("Người kiểm tra", "Auditor"),
    Role.ADMIN: Message("Quản trị hệ thống", "System administrator"),
}

RELATIONS: Mapping[Relation, Message] = {
    Relation.OWN: Message("của chính mình", "one's own"),
    Relation.UNIT: Message("trong đơn vị mình", "in one's own unit"),
    Relation.CHILD: Message("ở đơn vị cấp dưới", "in the units below"),
    Relation.GROUP: Message("cùng tổ công tác", "in the same working group"),
    Relation.EVERY: Message("tất cả", "all"),
}

CAPACITIES: Mapping[Capacity, Message] = {
    Capacity.OWN: Message("người đứng đầu hoặc người được giao", "in one's own right"),
    Capacity.TM: Message("TM. (thay mặt)", "TM. (on behalf of the body)"),
    Capacity.KT: Message("KT. (ký thay)", "KT. (deputy signing for the head)"),
    Capacity.TL: Message("TL. (thừa lệnh)", "TL. (by order)"),
    Capacity.TUQ: Message("TUQ. (thừa ủy quyền)", "TUQ. (under authorisation)"),
}

RESOURCES: Mapping[str, Message] = {
    "home": Message("trang đầu, màn hình lớn", "first page, wall"),
    "figure": Message("số liệu đã công bố", "published figures"),
    "indicator": Message("danh mục chỉ số", "indicators"),
    "target": Message("chỉ tiêu", "targets"),
    "dti": Message("bảng điểm DTI", "DTI scores"),
    "unit": Message("đơn vị hành chính", "administrative units"),
    "search": Message("tìm kiếm", "search"),
    "document": Message("văn bản nguồn", "source documents"),
    "session": Message("phiên đăng nhập", "signing in and out"),
    "preference": Message("cách hiển thị", "display preferences"),
    "health": Message("kiểm tra hoạt động", "health check"),
    "api": Message("giao diện lập trình", "programming interface"),
    "own_home": Message("trang đầu theo vai trò", "first page by role"),
    "data_quality": Message("chất lượng số liệu", "data quality"),
    "matters": Message("việc cần quyết định", "matters to decide"),
    "styleguide": Message("mẫu giao diện", "style guide"),
    "access": Message("quy định về quyền", "the rules of permission"),
    "own_posts": Message("chức vụ và ủy quyền của mình", "one's posts and delegations"),
    "person": Message("người dùng", "people"),
    "post": Message("chức vụ, vai trò", "posts"),
    "delegation": Message("ủy quyền", "delegations"),
    "substitute": Message("người ký thay", "substitute signers"),
    "rehoming": Message("sắp xếp lại chức vụ khi đơn vị thay đổi", "re-homing when units change"),
    "group": Message("tổ công tác", "working groups"),
    "account": Message("tài khoản của mình", "one's account"),
    "own_work": Message("công việc nền của mình", "one's background work"),
    "outbox": Message("hộp gửi", "the outbox"),
    "ledger": Message("nhật ký đối chứng", "the ledger"),
}

# The parts of the table of permissions, in the order of the page, and the part each resource stands in.
PARTS: Mapping[str, Message] = {
    "personal": Message("Cá nhân", "Personal"),
    "office": Message("Cơ quan", "Office"),
    "system": Message("Hệ thống", "System"),
    "public": Message("Công khai", "Public"),
}
PART_OF: Mapping[str, str] = {
    **dict.fromkeys(("access", "own_posts", "account", "own_work", "own_home"), "personal"),
    **dict.fromkeys(
        ("data_quality", "matters", "person", "post", "delegation", "substitute", "rehoming", "group"), "office"
    ),
    **dict.fromkeys(("styleguide", "ledger", "outbox"), "system"),
    **dict.fromkeys(
        (
            "home", "figure", "indicator", "target", "dti", "unit", "search", "document", "session", "preference",
            "health", "api",
        ),
        "public",
    ),
}  # fmt: skip

ACTIONS: Mapping[str, Message] = {
    "view": Message("xem", "view"),
    "start": Message("bắt đầu", "start"),
    "end": Message("kết thúc", "end"),
    "change": Message("thay đổi", "change"),
    "history": Message("xem quá trình", "read the history of"),
    "explain": Message("xem vì sao được, không được", "see why allowed or not, of"),
    "choose": Message("chọn người nhận trong", "choose a receiver among"),
    "create": Message("tạo", "create"),
    "switch": Message("khóa, mở tài khoản", "switch off and on"),
    "export": Message("xuất danh sách", "export the list of"),
    "grant": Message("giao", "grant"),
    "give": Message("giao", "give"),
    "revoke": Message("thu hồi", "revoke"),
    "name": Message("chỉ định", "name"),
    "decide": Message("quyết định", "decide"),
    "manage": Message("lập, thay đổi thành viên", "form and change"),
}


def word(table: Mapping[Any, Message], key: str) -> Message:
    """The words for `key`; what has none yet is shown as it is rather than hidden."""
    return table.get(key) or Message(key, key)


# where verb and object side by side would be no sentence an official would write
PHRASES: Mapping[str, Message] = {
    "person.explain": Message(
        "xem vì sao một người được hoặc không được làm việc gì",
        "see why a person may or may not do something",
    ),
    "person.history": Message("xem quá trình của người dùng", "read the history of people"),
    "person.switch": Message("khóa, mở tài khoản người dùng", "switch accounts off and on"),
    "person.export": Message("tải danh sách người dùng", "download the list of people"),
    "delegation.give": Message("ủy quyền chức vụ", "lend a post"),
    "delegation.revoke": Message("thu hồi ủy quyền", "revoke delegations"),
    "post.grant": Message("giao chức vụ", "grant posts"),
    "post.end": Message("kết thúc chức vụ", "end posts"),
    "rehoming.view": Message(
        "xem chức vụ chờ sắp xếp lại khi đơn vị thay đổi", "see the posts that wait when units change"
    ),
    "rehoming.decide": Message(
        "quyết định sắp xếp lại chức vụ khi đơn vị thay đổi", "decide where posts go when units change"
    ),
    "ledger.export": Message("tải bằng chứng từ nhật ký đối chứng", "download evidence from the ledger"),
    "outbox.change": Message("gửi lại hoặc bỏ thông điệp trong hộp gửi", "send again or discard messages"),
    "own_work.change": Message("dừng công việc nền của mình", "stop one's background work"),
    "session.start": Message("đăng nhập", "sign in"),
    "session.end": Message("đăng xuất", "sign out"),
}


def doing(resource: str, action: str) -> Message:
    """`action` on `resource` as a phrase: "xem người dùng", "view people"."""
    phrase = PHRASES.get(f"{resource}.{action}")
    if phrase is not None:
        return phrase
    does, what = word(ACTIONS, action), word(RESOURCES, resource)
    return Message(f"{does.vi} {what.vi}", f"{does.en} {what.en}")
