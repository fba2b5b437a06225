"""`tamdao doctor`: what is wrong with this instance, where, and the command that mends it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict

import click

from tamdao.config import env
from tamdao.config.operations.doctor import instance, machine
from tamdao.config.operations.doctor.faults import Check, Fault, Look, examine
from tamdao.kit.click_types import FORMAT
from tamdao.kit.messages import Message


def find_faults(look: Look) -> list[Fault]:
    """All checks. Those of the records need the product itself, which broken settings keep from starting."""
    found = list(examine(look, [instance.check_folder]))
    if look.home.exists() and not os.access(look.home, os.R_OK | os.W_OK | os.X_OK):
        # the wrong user: every other check would only say the same
        return found
    found += examine(
        look, [*machine.CHECKS, *(one for one in instance.CHECKS if one is not instance.check_folder)]
    )
    if any(fault.name == "folder" for fault in found):
        # the product would make it, and who looks must not change what is seen
        return found
    for check in _record_checks(found):
        found += examine(look, [check])
        if any(fault.name == "database" for fault in found):
            # nothing more can be said of records that are not there or can't be read
            break
    return found


def _record_checks(found: list[Fault]) -> Iterable[Check]:
    from tamdao.config.lazy import set_up_django
    from tamdao.kit.errors import DomainError

    try:
        set_up_django()
    except (DomainError, OSError) as error:
        told = error.message if isinstance(error, DomainError) else Message(str(error), str(error))
        if all(fault.what != told for fault in found):
            found.append(Fault("settings", told, "TAMDAO_HOME", "tamdao doctor"))
        return ()
    from tamdao.config.operations.doctor import records

    return records.CHECKS


@click.command(epilog="Ví dụ · example: sudo tamdao doctor")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="Cổng của “tamdao serve” · port of “tamdao serve”.",
)
@FORMAT
def doctor(*, port: int, form: str) -> int:
    """Khám phiên bản: mỗi lỗi là gì, ở đâu, sửa bằng lệnh nào.

    Look the instance over: each fault with what, where and the command that mends it. Exit code 1 when anything is
    wrong; advice alone leaves it 0.
    """
    from datetime import datetime
    from zoneinfo import ZoneInfo

    look = Look(env.home(), env.stated(), datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")), port)
    found = find_faults(look)
    wrong = [fault for fault in found if fault.wrong]
    if form == "json":
        rows = [{**asdict(fault), "what": fault.what.vi, "what_en": fault.what.en} for fault in found]
        click.echo(json.dumps({"wrong": len(wrong), "faults": rows}, ensure_ascii=False, indent=1))
        return 1 if wrong else 0
    for fault in found:
        click.echo(f"{'✗' if fault.wrong else '·'} {fault.name}: {fault.what.vi} · {fault.what.en}")
        click.echo(f"    {fault.where}")
        click.echo(f"    → {fault.mend}")
    advice = len(found) - len(wrong)
    click.echo(f"{len(wrong)} lỗi, {advice} lời khuyên · {len(wrong)} faults, {advice} pieces of advice")
    return 1 if wrong else 0
