"""Refusals of this app by name."""

from __future__ import annotations

from tamdao.kit.errors import Conflict, DomainError, Forbidden, NotFound
from tamdao.kit.messages import Message


def key_reused() -> Conflict:
    """The key already belongs to another command of this caller."""
    return Conflict(
        Message(
            "Khóa chống lặp này đã dùng cho một yêu cầu có nội dung khác; chưa thực hiện gì. Mở lại trang "
            "(hoặc lấy khóa mới) rồi gửi lại.",
            "This idempotency key was used for a request with other content; nothing was done. Open the page anew "
            "(or take a new key) and send again.",
        ),
        code="key_reused",
    )


def rights_changed() -> Forbidden:
    """The command was carried out; its answer is not given out again."""
    return Forbidden(
        Message(
            "Yêu cầu này đã được thực hiện một lần. Quyền của ông/bà đã thay đổi từ đó nên kết quả không được gửi lại; "
            "hãy mở lại trang để xem.",
            "This request was carried out once. Your rights have changed since, so its result is not sent again; open "
            "the page anew to look.",
        ),
        code="rights_changed",
    )


def message_unknown(identity: object) -> NotFound:
    """There is no such message in the outbox."""
    return NotFound(
        Message(f"Không có thông điệp “{identity}”.", f"There is no message “{identity}”."),
        code="message_unknown",
    )


def message_not_dead() -> Conflict:
    """Only messages that were put aside can be decided upon."""
    return Conflict(
        Message(
            "Thông điệp này không còn nằm trong danh sách không gửi được; tải lại trang để xem trạng thái mới.",
            "This message is no longer among those put aside; reload the page to see its state.",
        ),
        code="message_not_dead",
    )


def reason_missing() -> DomainError:
    """Giving up a message needs a reason."""
    return DomainError(
        Message("Bỏ một thông điệp phải ghi lý do.", "Discarding a message needs a reason."),
        code="reason_missing",
    )


def work_unknown() -> NotFound:
    """No such work, or not this reader's."""
    return NotFound(
        Message("Không có công việc nền này.", "There is no such background work."), code="work_unknown"
    )
