"""Named refusals about people, posts and delegations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tamdao.kit.dates import format_date
from tamdao.kit.errors import Conflict, DomainError, Forbidden, Problem
from tamdao.kit.messages import Message


def refused(problems: Sequence[Problem]) -> DomainError:
    """Everything wrong with one input at once."""
    return DomainError(
        Message("Chưa thực hiện: có điều chưa đúng.", "Not done: something is wrong."),
        code="people.refused",
        status=400,
        problems=problems,
    )


def check(problems: Sequence[Problem]) -> None:
    """Refuse when anything was found wrong."""
    if problems:
        raise refused(problems)


def not_to_oneself() -> Forbidden:
    """Rights are given by somebody else."""
    return Forbidden(
        Message(
            "Không ai tự giao quyền cho mình; đề nghị một quản trị viên khác thực hiện.",
            "Nobody gives rights to themselves; ask another administrator.",
        ),
        code="people.not_to_oneself",
    )


def role_not_yours_to_give() -> Forbidden:
    """The role, or one that the person holds, is above what this actor may give or take."""
    return Forbidden(
        Message(
            "Vai trò này không thuộc quyền giao hoặc kết thúc của tài khoản này; đề nghị quản trị hệ thống thực hiện.",
            "That role is not yours to give or end; ask a system administrator.",
        ),
        code="people.role_not_yours_to_give",
    )


def last_admin(day: date) -> Conflict:
    """Somebody must be able to administer the system, on every day to come; `day` is the first without anybody."""
    return Conflict(
        Message(
            f"Từ {format_date(day)} sẽ không còn quản trị hệ thống nào; giao quyền quản trị cho người khác trước.",
            f"From {format_date(day)} on there would be no system administrator; appoint another one first.",
        ),
        code="people.last_admin",
    )


def username_taken(username: str) -> Conflict:
    """Another person has this user name."""
    return _conflict(
        Message(
            f"Tên đăng nhập “{username}” đã có người dùng; chọn tên khác.",
            f"The user name “{username}” is taken; choose another.",
        ),
        code="people.username_taken",
        field="username",
    )


def group_exists(name: str) -> Conflict:
    """Another group bears this name."""
    message = Message(f"Đã có tổ công tác “{name}”.", f"A group “{name}” exists.")
    return _conflict(message, code="people.group_exists", field="name")


def member_already() -> Conflict:
    """Nobody belongs to a group twice."""
    message = Message("Người này đã là thành viên.", "This person is a member already.")
    return _conflict(message, code="people.group_member", field="receiver")


def _conflict(message: Message, *, code: str, field: str) -> Conflict:
    """A conflict that a form shows beside the field it is about."""
    error = Conflict(message, code=code)
    error.problems = (Problem(message, field=field),)
    return error


def already_ended() -> Conflict:
    """What was to be ended does not run any more."""
    return Conflict(
        Message("Chức vụ này đã kết thúc.", "This post has ended already."), code="people.already_ended"
    )


def already_revoked() -> Conflict:
    """A delegation that no longer runs can't be taken back."""
    return Conflict(
        Message("Ủy quyền này đã hết hiệu lực.", "This delegation is no longer in force."),
        code="people.already_revoked",
    )


def already_so(active: bool) -> Conflict:
    """The account is in that state already."""
    if active:
        return Conflict(
            Message("Tài khoản đang hoạt động.", "The account is active already."), code="people.already_on"
        )
    return Conflict(
        Message("Tài khoản đã bị khóa.", "The account is switched off already."), code="people.already_off"
    )
