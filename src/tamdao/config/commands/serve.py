"""`tamdao serve`: run every process of the instance and keep it running."""

from __future__ import annotations

import errno
import socket
import sys

import click

from tamdao.config import env
from tamdao.config.operations import serving
from tamdao.config.supervisor import Program, Supervisor
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message

HALF_MOVED = Problem(
    Message(
        "việc chuyển sang PostgreSQL bị cắt giữa chừng; bỏ TAMDAO_DATABASE_URL rồi chạy lại: "
        "tamdao move-to-postgres URL",
        "a move to PostgreSQL was cut; unset TAMDAO_DATABASE_URL and run again: tamdao move-to-postgres URL",
    )
)


def check_port(host: str, port: int) -> None:
    """DomainError when `host`:`port` can't be listened on, with the reason."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                message = Message(
                    f"Cổng {port} đang có chương trình khác dùng; chọn cổng khác bằng --port.",
                    f"Port {port} is taken by another program; choose another one with --port.",
                )
            else:
                message = Message(
                    f"Không lắng nghe được tại {host}:{port}: {error.strerror}.",
                    f"Can't listen on {host}:{port}: {error.strerror}.",
                )
            raise DomainError(message, code="config.port") from error


def check_ready() -> None:
    """DomainError that lists what the instance lacks before it can be served."""
    from django.db.utils import OperationalError

    from tamdao.config.failures import unreachable
    from tamdao.config.instance import assets_built, half_moved, missing_migrations
    from tamdao.config.operations import trust

    problems = []
    try:
        missing = missing_migrations()
        if half_moved():
            problems.append(HALF_MOVED)
        elif missing:
            problems.append(
                Problem(
                    Message(
                        "cơ sở dữ liệu chưa tạo hoặc chưa nâng cấp; chạy: tamdao migrate",
                        "the database is not made or not up to date; run: tamdao migrate",
                    )
                )
            )
        else:
            problems += trust.trigger_faults()
    except OperationalError as error:
        problems.append(Problem(unreachable(error).message))
    if not assets_built():
        problems.append(
            Problem(
                Message(
                    "tệp tĩnh chưa được gom; chạy: tamdao assets",
                    "static files are missing; run: tamdao assets",
                )
            )
        )
    if problems:
        raise DomainError(
            Message(f"Phiên bản {env.home()} chưa sẵn sàng:", f"The instance {env.home()} is not ready:"),
            code="config.not_ready",
            problems=problems,
        )


def programs(*, host: str, port: int, workers: int) -> list[Program]:
    """The processes of an instance: web, background work, sealer of the ledger; live events join here."""
    from tamdao.config.crowding import WEB_THREADS

    web = Program(
        "web",
        (
            *(sys.executable, "-m", "granian", "tamdao.config.served:application"),
            *("--interface", "wsgi", "--host", host, "--port", str(port)),
            *("--workers", str(workers), "--blocking-threads", str(WEB_THREADS), "--respawn-failed-workers"),
            *("--workers-kill-timeout", "8", "--no-ws", "--log-level", "warning"),
        ),
    )
    worker = Program("worker", (sys.executable, "-m", "tamdao.config.cli", "worker"))
    sealer = Program("sealer", (sys.executable, "-m", "tamdao.config.cli", "ledger", "seal"))
    return [web, worker, sealer]


def run(*, host: str, port: int) -> int:
    """Check, start, watch; returns the exit code."""
    from tamdao.config.lazy import set_up_django

    check_port(host, port)
    with serving.serving(env.private_folder(env.home())):
        set_up_django()
        check_ready()
        workers = env.read_int("TAMDAO_WORKERS")
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"Tam Đảo: http://{shown}:{port}/  (Ctrl+C để dừng · to stop)")
        return Supervisor(
            programs(host=host, port=port, workers=workers), say=lambda line: click.echo(line, err=True)
        ).run()


@click.command(epilog="Ví dụ · example: tamdao serve --port 8080")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe · address to listen on."
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Cổng · port.")
def serve(*, host: str, port: int) -> int:
    """Chạy và trông coi mọi tiến trình của phiên bản cho tới khi được yêu cầu dừng.

    Start and watch all processes of the instance until told to stop (SIGTERM or Ctrl+C).
    """
    return run(host=host, port=port)
