"""`tamdao people group`: working groups outside the tree of units; form, list, add, remove."""

from __future__ import annotations

import click
from django.utils import timezone

from tamdao.kit.click_types import FORMAT
from tamdao.kit.errors import NotFound
from tamdao.kit.messages import Message

from . import queries
from .cli_common import REASON, find_person, operator, show, unit_id_of
from .models import Group, GroupMember
from .models.group import member
from .services import groups


def find_group(name: str) -> Group:
    """The group of a name. Raises NotFound."""
    found = Group.objects.filter(name=name).first()
    if found is None:
        raise NotFound(
            Message(
                f"Không có tổ công tác “{name}”; xem tamdao people group list.",
                f"There is no group “{name}”; see tamdao people group list.",
            ),
            code="people.group_unknown",
        )
    return found


@click.group()
def group() -> None:
    """Tổ công tác gồm người của nhiều đơn vị · working groups of people from several units."""


@group.command("list", epilog="Ví dụ · example: tamdao people group list --format json")
@FORMAT
def list_groups(*, form: str) -> None:
    """Các tổ công tác và thành viên hôm nay · groups and their members of today."""
    rows = []
    for one, members in queries.groups_with_members(Group.objects.all(), at=timezone.localdate()):
        usernames = [of.person.username for of in members]
        rows.append({"name": one.name, "unit": one.unit_id, "document": one.document, "members": usernames})
    lines = [f"{row['name']}\t{row['unit']}\t{', '.join(row['members']) or '–'}" for row in rows]
    show(form, rows, lines or ["Chưa có tổ công tác · no group yet. tamdao people group form --help"])


@group.command(
    epilog="Ví dụ · example: tamdao people group form 'Tổ chuyển đổi số' 25 --document 'Quyết định số 7' "
    "--reason 'Thành lập'"
)
@click.argument("name")
@click.argument("unit")
@click.option("--document", default="", help="Văn bản thành lập · the paper.")
@REASON
@FORMAT
def form(*, name: str, unit: str, document: str, reason: str, form: str) -> None:
    """Lập tổ công tác NAME do UNIT quản lý · form group NAME, kept by UNIT."""
    made = groups.form(
        name=name,
        unit_id=unit_id_of(unit),
        document=document,
        by=operator(),
        at=timezone.now(),
        reason=reason,
    )
    show(form, {"name": made.name, "unit": made.unit_id}, [f"Đã lập · formed: {made.name}"])


@group.command(
    epilog="Ví dụ · example: tamdao people group add 'Tổ chuyển đổi số' vanthu --reason 'Phân công'"
)
@click.argument("name")
@click.argument("username")
@REASON
@FORMAT
def add(*, name: str, username: str, reason: str, form: str) -> None:
    """Thêm USERNAME vào tổ NAME từ hôm nay · USERNAME belongs to NAME from today."""
    groups.add_member(
        group=find_group(name), person=find_person(username), by=operator(), at=timezone.now(), reason=reason
    )
    show(form, {"name": name, "username": username}, [f"Đã thêm · added: {username} → {name}"])


@group.command(
    epilog="Ví dụ · example: tamdao people group remove 'Tổ chuyển đổi số' vanthu --reason 'Chuyển việc'"
)
@click.argument("name")
@click.argument("username")
@REASON
@FORMAT
def remove(*, name: str, username: str, reason: str, form: str) -> None:
    """Đưa USERNAME ra khỏi tổ NAME từ hôm nay · USERNAME leaves NAME today."""
    today = timezone.localdate()
    running = GroupMember.objects.filter(
        member(today), group=find_group(name), person=find_person(username)
    ).first()
    if running is None:
        raise NotFound(
            Message(
                f"“{username}” không phải thành viên của “{name}” hôm nay.",
                f"“{username}” is no member of “{name}” today.",
            ),
            code="people.group_no_member",
        )
    groups.remove_member(member=running, by=operator(), at=timezone.now(), reason=reason)
    show(form, {"name": name, "username": username}, [f"Đã đưa ra · removed: {username} ← {name}"])
