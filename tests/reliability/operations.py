"""The ten operations into which faults are injected, run by a process that forks for each of them.

    python -m tests.reliability.operations prepare   make the instance in $TAMDAO_HOME that every operation starts from
    python -m tests.reliability.operations serve     read "operation" from stdin, fork, wait for "go", tell how it ended

An operation that is done says DONE on its last line and ends with 0; one that was refused says the sentence and ends
with 1. Nothing is said before the commit.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

AT = datetime(2026, 11, 26, 8, tzinfo=UTC)
DEAD, KEY = UUID(int=1), "8e03978e-40d5-43dd-bc93-6894a57f9324"
SESSION = "s" * 32
PACK = Path("small")
# how a child that broke without a sentence is told from one that was refused
CRASHED = 3


def home() -> Path:
    return Path(settings.TAMDAO_HOME)


def install_pack() -> None:
    from tamdao.core.packs import api

    api.install(home() / PACK, by="tests", at=AT)


def publish() -> None:
    from tamdao.facts import api as facts

    rows = [
        facts.NewObservation(code, "26@2020-01-01", "2022", "press", value)
        for code, value in (("online", "900"), ("total", "1200"))
    ]
    facts.publish(rows, by="tests", at=AT, document="plan")


def create_client() -> None:
    from tamdao.core.people import api_clients
    from tamdao.core.people.policy import Role

    api_clients.create(name="new", role=Role.PUBLIC, at=AT)


def revoke_client() -> None:
    from tamdao.core.people import api_clients

    api_clients.revoke(name="old", at=AT)


def enqueue() -> None:
    from tamdao.core.jobs import api

    mail = {"to": ["vanphong@example.vn"], "subject": "Thử", "text": "…"}
    api.enqueue(channel="email", payload=mail, at=AT, ordering="new")


def relay() -> None:
    from tamdao.core.jobs.relay import Relay

    if Relay(now=lambda: AT).step().sent != 1:
        raise RuntimeError("nothing was sent")


def store_file() -> None:
    from tamdao.core.files import api

    api.store(stream=io.BytesIO(b"evidence" * 1000), name="bao-cao.txt", by="tests", at=AT)


def post() -> None:
    """A form that is sent with its key; the answer decides whether it was acknowledged."""
    from django.test import Client

    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = SESSION
    form = {"reason": "sai địa chỉ", "idempotency_key": KEY}
    answer = client.post(f"/outbox/{DEAD}/discard/", form)
    if answer.status_code != 302 or answer["Location"] != "/outbox/":
        print(answer.content.decode())
        raise SystemExit(1)


def run_task() -> None:
    from tamdao.core.jobs.worker import Worker

    if not Worker().work_once():
        raise RuntimeError("no task was ready")


def migrate() -> None:
    from tamdao.config.commands.migrate import bring_up_to_date

    bring_up_to_date()


OPERATIONS: dict[str, Callable[[], None]] = {
    "install_pack": install_pack,
    "publish": publish,
    "create_client": create_client,
    "revoke_client": revoke_client,
    "enqueue": enqueue,
    "relay": relay,
    "store_file": store_file,
    "post": post,
    "run_task": run_task,
    "migrate": migrate,
}


def deliver(delivery: Any) -> None:
    """The other side of the outbox: a file to which each message adds a line, safely."""
    line = f"{delivery.id}\n".encode()
    descriptor = os.open(home() / "delivered", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def register() -> None:
    """The channel of the relay operation, also for the process that looks at the result."""
    from tamdao.core.jobs.channels import Channel, register_channel
    from tamdao.kit.messages import Message

    register_channel(Channel("probe", Message("thử", "probe"), deliver, lambda payload: None))


def prepare() -> None:
    """Tables, a small pack, and what each operation works on."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django_tasks_db.models import DBTaskResult

    from tamdao.core.jobs import api as jobs
    from tamdao.core.jobs.models import OutboxMessage
    from tamdao.core.jobs.tasks import clear_away
    from tamdao.core.packs import api as packs
    from tamdao.core.people import api_clients
    from tamdao.core.people.models import Person, RoleHolding
    from tamdao.core.people.policy import Role
    from tests.integration.pack_samples import SMALL, changed, write

    migrate()
    (home() / "static").mkdir()
    packs.install(write(home() / PACK, SMALL), by="tests", at=AT)
    files = changed("pack.yaml", "1.0.0", "1.1.0")
    files |= changed("documents/documents.yaml", "Kế hoạch mẫu", "Kế hoạch mới", files)
    write(home() / PACK, files)
    api_clients.create(name="old", role=Role.PUBLIC, at=AT)
    jobs.enqueue(channel="probe", payload={}, at=AT)
    OutboxMessage.objects.create(
        id=DEAD, channel="email", payload={}, state="dead", created_at=AT, next_at=AT
    )
    asked = clear_away.enqueue()
    DBTaskResult.objects.filter(id=asked.id).update(id=UUID(int=2))
    person = Person.objects.create_person(username="quantri", display_name="Quản trị", password="p" * 20)
    RoleHolding.objects.create(
        person=person, role="admin", unit_id="25@2025-07-01", from_date=date(2025, 7, 1)
    )
    signed_in = {
        "_auth_user_id": str(person.pk),
        "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
        "_auth_user_hash": person.get_session_auth_hash(),
    }
    Session.objects.create(
        session_key=SESSION,
        session_data=SessionStore().encode(signed_in),
        expire_date=datetime(2100, 1, 1, tzinfo=UTC),
    )
    connection.close()


def serve() -> None:
    """Fork for each operation; the child waits for the word, so that a tracer can take hold of it first."""
    # what an operation imports on its first run is no part of it
    import tamdao.config.urls
    import tamdao.core.jobs.worker
    import tamdao.core.packs.api
    import tamdao.facts.api  # noqa: F401

    for line in sys.stdin:
        hold, go = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(go)
            _run(line.strip(), hold)
        os.close(hold)
        print(child, flush=True)
        sys.stdin.readline()
        os.write(go, b".")
        os.close(go)
        _, status = os.waitpid(child, 0)
        print(status, flush=True)


def _run(name: str, hold: int) -> None:
    """In the child: the operation, and how it ended in words and code."""
    from tamdao.config.failures import explained
    from tamdao.kit.errors import DomainError

    said = os.open(home() / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(said, 1)
    # the log is the administrators', not the caller's
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.read(hold, 1)
    code = CRASHED
    try:
        OPERATIONS[name]()
        os.write(1, b"DONE\n")
        code = 0
    except SystemExit as error:
        code = int(error.code or 0)
    except DomainError as error:
        code = 1
        os.write(1, f"{error.message.vi}\n".encode())
    except Exception as error:
        known = explained(error)
        code = CRASHED if known is None else 1
        os.write(1, f"{type(error).__name__}: {known.message.vi if known else error}\n".encode())
    finally:
        os._exit(code)


def main() -> None:
    """Set Django up and do what the first argument says."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamdao.config.settings")
    django.setup()
    register()
    {"prepare": prepare, "serve": serve}[sys.argv[1]]()


if __name__ == "__main__":
    main()
