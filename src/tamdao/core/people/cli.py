"""`tamdao people`: who holds what; create, grant, end, delegate, revoke; why somebody may do something or not.

Whoever sits at the command line of the instance acts as its administrator, under the name `cli:<user>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import click
from django.utils import timezone

from tamdao.kit.click_types import FORMAT
from tamdao.kit.errors import NotFound
from tamdao.kit.messages import Message

from . import explain as explaining
from . import files, queries
from .cli_common import DAY, FROM, REASON, TO, find_person, operator, show, unit_id_of
from .cli_groups import group
from .models import Delegation, RoleHolding
from .models.post import running
from .policy import HELD, Capacity, Role
from .services import delegations, persons, posts

ROLE = click.Choice([role.value for role in HELD])


def post_value(post: RoleHolding) -> dict[str, Any]:
    """A post as JSON shows it."""
    return {"id": post.pk, **files.post_row(post)}


def post_line(post: RoleHolding) -> str:
    """A post as a line."""
    until = f" – {post.end_date}" if post.end_date else ""
    return f"{post.pk}\t{post.person.username}\t{post.role}\t{post.unit_id}\t{post.from_date}{until}"


def lent_value(given: Delegation) -> dict[str, Any]:
    """A delegation as JSON shows it."""
    return {
        "id": given.pk,
        "post": given.holding_id,
        "receiver": given.receiver.username,
        "capacity": given.capacity,
        "pairs": given.pairs.split(),
        "from_date": given.from_date.isoformat(),
        "end_date": given.end_date.isoformat() if given.end_date else None,
        "revoked": given.revoked_at is not None,
    }


@click.group()
def people() -> None:
    """Người dùng, chức vụ, ủy quyền, tổ công tác · people, posts, delegations, working groups."""


people.add_command(group)


@people.command("list", epilog="Ví dụ · example: tamdao people list --unit 25 --format json")
@click.option("--unit", default="", help="Chỉ đơn vị này · only this unit.")
@FORMAT
def list_people(*, unit: str, form: str) -> None:
    """Ai đang giữ chức vụ gì, cùng các chức vụ chờ sắp xếp lại.

    Who holds what today; posts that ended with their unit and wait are marked.
    """
    today = timezone.localdate()
    found = RoleHolding.objects.filter(running(today)).select_related("person", "unit")
    waiting = queries.waiting_rehomings(at=today)
    if unit:
        found, waiting = (rows.filter(unit=unit_id_of(unit)) for rows in (found, waiting))
    held = list(found.order_by("unit_id", "role", "person__username"))
    rows = [post_value(post) | {"waits": False} for post in held]
    rows += [post_value(post) | {"waits": True} for post in waiting]
    lines = [post_line(post) for post in held]
    lines += [f"{post_line(post)}\tchờ sắp xếp lại · waits" for post in waiting]
    show(form, rows, lines or ["Chưa có ai · nobody yet. tamdao people create --help"])


@people.command(
    epilog='Ví dụ · example: tamdao people create vanthu "Văn thư" --role officer --unit 25 --reason "Lập đơn vị"'
)
@click.argument("username")
@click.argument("name")
@click.option("--role", type=ROLE, help="Vai trò · role.")
@click.option("--unit", default="", help="Đơn vị · unit.")
@FROM
@TO
@REASON
@FORMAT
def create(
    *, username: str, name: str, role: str | None, unit: str, from_date: date | None, end_date: date | None,
    reason: str, form: str,
) -> None:  # fmt: skip
    """Thêm người dùng, thường là kèm chức vụ đầu tiên; tài khoản chưa có mật khẩu.

    Add a person, usually with a first post. The account has no password yet.
    """
    if bool(role) is not bool(unit):
        message = "--role và --unit đi cùng nhau · --role and --unit go together"
        raise click.UsageError(message)
    person = persons.create(
        username=username,
        display_name=name,
        role=Role(role) if role else None,
        unit_id=unit_id_of(unit) if unit else "",
        from_date=from_date,
        end_date=end_date,
        by=operator(),
        at=timezone.now(),
        reason=reason,
    )
    following = f"tamdao account reset {person.username}"
    rows = {"id": person.pk, "username": person.username, "next": following}
    show(form, rows, [
        f"Đã tạo · created: {person.username}",
        f"Cấp mã để đặt mật khẩu · make a code to set a password: {following}",
    ])  # fmt: skip


@people.command(
    epilog='Ví dụ · example: tamdao people grant vanthu unit_admin 25 --reason "Quyết định số 12"'
)
@click.argument("username")
@click.argument("role", type=ROLE)
@click.argument("unit")
@click.option(
    "--capacity",
    type=click.Choice([capacity.value for capacity in Capacity]),
    default="",
    help="TM, KT, TL, TUQ.",
)
@FROM
@TO
@REASON
@FORMAT
def grant(
    *, username: str, role: str, unit: str, capacity: str, from_date: date | None, end_date: date | None,
    reason: str, form: str,
) -> None:  # fmt: skip
    """Giao vai trò tại đơn vị · grant a role at a unit."""
    post = posts.grant(
        person=find_person(username),
        role=Role(role),
        unit_id=unit_id_of(unit),
        capacity=Capacity(capacity),
        from_date=from_date or timezone.localdate(),
        end_date=end_date,
        by=operator(),
        at=timezone.now(),
        reason=reason,
    )
    show(form, post_value(post), [f"Đã giao · granted: {post_line(post)}"])


@people.command(epilog='Ví dụ · example: tamdao people end 12 --reason "Nghỉ hưu"')
@click.argument("post", type=click.IntRange(1))
@click.option("--on", type=DAY, metavar="DATE", help="Thôi giữ từ ngày · no longer held from, default today.")
@REASON
@FORMAT
def end(*, post: int, on: date | None, reason: str, form: str) -> None:
    """Kết thúc chức vụ số POST (xem `people list`) · end post number POST."""
    ended = posts.end(holding=RoleHolding(pk=post), on=on, by=operator(), at=timezone.now(), reason=reason)
    show(form, post_value(ended), [f"Đã kết thúc · ended: {post_line(ended)}"])


@people.command(
    epilog="Ví dụ · example: tamdao people delegate 12 phochutich --to 2027-01-15 --document 'Giấy ủy quyền số 3' "
    "--reason 'Đi công tác'"
)
@click.argument("post", type=click.IntRange(1))
@click.argument("receiver")
@click.option(
    "--capacity",
    type=click.Choice(["TUQ", "TL", "KT"]),
    default="TUQ",
    show_default=True,
    help="Hình thức · how.",
)
@click.option("--pair", "pairs", multiple=True, help="Chỉ việc này · only this, e.g. person.view.")
@click.option("--document", default="", help="Văn bản ủy quyền · the paper.")
@FROM
@TO
@REASON
@FORMAT
def delegate(
    *, post: int, receiver: str, capacity: str, pairs: Sequence[str], document: str, from_date: date | None,
    end_date: date | None, reason: str, form: str,
) -> None:  # fmt: skip
    """Ghi nhận ủy quyền của người giữ chức vụ số POST, hoặc người ký thay (KT).

    Write down what the holder of post POST lends by a signed paper, or (KT) who signs in their place. The holder gives
    it; the command line only records it in the holder's name.
    """
    holding = RoleHolding.objects.select_related("person").filter(pk=post).first()
    if holding is None:
        raise NotFound(Message(f"Không có chức vụ số {post}.", f"There is no post {post}."))
    start = from_date or timezone.localdate()
    taker = find_person(receiver)
    if capacity == Capacity.KT:
        given = delegations.substitute(
            holding=holding, receiver=taker, from_date=start, end_date=end_date, by=operator(),
            at=timezone.now(), reason=reason,
        )  # fmt: skip
    else:
        given = delegations.delegate(
            holding=holding, receiver=taker, capacity=Capacity(capacity), pairs=pairs, document=document,
            from_date=start, end_date=end_date, by=holding.person, at=timezone.now(), reason=reason,
        )  # fmt: skip
    show(form, lent_value(given), [f"Đã ủy quyền · delegated: {given.pk}\t{post} → {receiver}"])


@people.command(epilog='Ví dụ · example: tamdao people revoke 3 --reason "Đã về"')
@click.argument("delegation", type=click.IntRange(1))
@REASON
@FORMAT
def revoke(*, delegation: int, reason: str, form: str) -> None:
    """Thu hồi ủy quyền số DELEGATION · take back delegation number DELEGATION."""
    ended = delegations.revoke(
        delegation=Delegation(pk=delegation), by=operator(), at=timezone.now(), reason=reason
    )
    show(form, lent_value(ended), [f"Đã thu hồi · revoked: {ended.pk}"])


@people.command(epilog="Ví dụ · example: tamdao people explain congchuc person view 25")
@click.argument("person")
@click.argument("resource")
@click.argument("action")
@click.argument("unit", default="")
@FORMAT
def explain(*, person: str, resource: str, action: str, unit: str, form: str) -> int:
    """Vì sao PERSON được hoặc không được làm ACTION trên RESOURCE (tại UNIT); mã thoát 1 khi không được.

    Why PERSON may do ACTION on RESOURCE (at UNIT) or not; exit code 1 when not.
    """
    found = explaining.explain(
        find_person(person),
        resource,
        action,
        unit_id=unit_id_of(unit) if unit else "",
        at=timezone.localdate(),
    )
    sentences = [found.sentence, *found.grounds]
    rows = {
        "allowed": found.allowed,
        "sentence": {"vi": found.sentence.vi, "en": found.sentence.en},
        "grounds": [{"vi": ground.vi, "en": ground.en} for ground in found.grounds],
    }
    show(form, rows, [text for sentence in sentences for text in (sentence.vi, f"    {sentence.en}")])
    return 0 if found.allowed else 1
