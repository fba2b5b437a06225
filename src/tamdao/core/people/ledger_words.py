"""What the ledger calls the tables, columns and events of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tamdao.kit.messages import Message

from . import words

LEDGER_WORDS: Mapping[str, Message] = {
    "people.Delegation": Message("ủy quyền", "delegation"),
    "people.Group": Message("tổ công tác", "working group"),
    "people.GroupMember": Message("thành viên tổ công tác", "member of a group"),
    "people.RehomingDecision": Message("quyết định sắp xếp lại", "re-homing decision"),
    "capacity": Message("tư cách ký", "signs as"),
    "holding_id": Message("chức vụ", "post"),
    "to_holding_id": Message("chức vụ mới", "new post"),
    "receiver_id": Message("người nhận", "receiver"),
    "pairs": Message("chỉ những việc", "only these"),
    "document": Message("văn bản", "document"),
    "group_id": Message("tổ công tác", "working group"),
    "given_by": Message("người giao", "given by"),
    "given_at": Message("lúc giao", "given at"),
    "revoked_by": Message("người thu hồi", "revoked by"),
    "revoked_at": Message("lúc thu hồi", "revoked at"),
    "revoke_reason": Message("lý do thu hồi", "reason of revocation"),
    "granted_by": Message("người giao chức vụ", "granted by"),
    "granted_at": Message("lúc giao chức vụ", "granted at"),
    "grant_reason": Message("lý do giao", "reason of the grant"),
    "ended_by": Message("người kết thúc", "ended by"),
    "ended_at": Message("lúc kết thúc", "ended at"),
    "end_reason": Message("lý do kết thúc", "reason of the end"),
    "decided_by": Message("người quyết định", "decided by"),
    "decided_at": Message("lúc quyết định", "decided at"),
    "rights_stamp": Message("lần thay đổi quyền", "change of rights"),
    "prefix": Message("đầu khóa", "begin of the key"),
    "last_used_date": Message("ngày dùng cuối", "last used on"),
    "people.delegation.given": Message("ủy quyền", "delegation given"),
    "people.delegation.revoked": Message("thu hồi ủy quyền", "delegation revoked"),
    "people.group.formed": Message("lập tổ công tác", "group formed"),
    "people.group.joined": Message("vào tổ công tác", "joined a group"),
    "people.group.left": Message("ra khỏi tổ công tác", "left a group"),
    "people.person.created": Message("thêm người dùng", "person added"),
    "people.person.switched_off": Message("khóa tài khoản", "account switched off"),
    "people.person.switched_on": Message("mở lại tài khoản", "account switched on"),
    "people.role.ended": Message("kết thúc chức vụ", "post ended"),
    "people.role.granted": Message("giao chức vụ", "post granted"),
    "people.role.rehomed": Message("sắp xếp lại chức vụ", "post re-homed"),
    "people.substitute.named": Message("chỉ định người ký thay", "substitute named"),
}


def _pairs(text: str) -> Message:
    """What was lent, as phrases."""
    phrases = [words.doing(*pair.split(".", 1)) for pair in text.split() if "." in pair]
    return Message("; ".join(one.vi for one in phrases), "; ".join(one.en for one in phrases))


# columns that hold codes, in words
LEDGER_VALUES: Mapping[str, Callable[[str], Message]] = {
    "role": lambda code: words.word(words.ROLES, code),
    "capacity": lambda code: words.word(words.CAPACITIES, code),
    "pairs": _pairs,
}
