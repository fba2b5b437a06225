"""`tamdao client`: give a program a key for the API, list the keys given, take one back."""

from __future__ import annotations

import json

import click
from django.utils import timezone

from tamdao.core.people import api_clients
from tamdao.core.people.models import ApiClient
from tamdao.core.people.models.client import ROLES
from tamdao.core.people.policy import Role
from tamdao.kit.click_types import FORMAT


@click.group()
def client() -> None:
    """Khóa truy cập API của từng phần mềm · keys of programs that call the API."""


@client.command(epilog="Ví dụ · example: tamdao client create kho-du-lieu --role public")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in ROLES]),
    default=Role.PUBLIC.value,
    show_default=True,
    help="Vai trò mà khóa được hưởng · role the key acts with.",
)
@FORMAT
def create(*, name: str, role: str, form: str) -> None:
    """Cấp khóa cho phần mềm NAME; khóa chỉ hiện một lần.

    Give the program NAME a key, which is shown once and never stored.
    """
    made, key = api_clients.create(name=name, role=Role(role), at=timezone.now())
    if form == "json":
        click.echo(
            json.dumps({"name": made.name, "role": made.role, "key": key}, ensure_ascii=False, indent=1)
        )
    else:
        click.echo(key)


@client.command(epilog="Ví dụ · example: tamdao client revoke kho-du-lieu")
@click.argument("name")
@FORMAT
def revoke(*, name: str, form: str) -> None:
    """Thu hồi khóa của NAME · take back the key of NAME."""
    revoked = api_clients.revoke(name=name, at=timezone.now())
    if form == "json":
        at = revoked.revoked_at.isoformat() if revoked.revoked_at else None
        click.echo(json.dumps({"name": revoked.name, "revoked_at": at}, ensure_ascii=False, indent=1))
    else:
        click.echo(f"Đã thu hồi · revoked: {revoked.name}")


@client.command("list", epilog="Ví dụ · example: tamdao client list --format json")
@FORMAT
def list_clients(*, form: str) -> None:
    """Liệt kê các khóa đã cấp · list the keys given."""
    rows = [
        {
            "name": row.name,
            "prefix": row.prefix,
            "role": row.role,
            "created_at": row.created_at.isoformat(),
            "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
            "last_used_date": row.last_used_date.isoformat() if row.last_used_date else None,
        }
        for row in ApiClient.objects.order_by("name")
    ]
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        state = f"thu hồi · revoked {row['revoked_at']}" if row["revoked_at"] else "còn hiệu lực · valid"
        click.echo(f"{row['name']}\t{row['prefix']}…\t{row['role']}\t{state}")
