"""`tamdao worker`: background work, recurring work and the outbox, for `tamdao serve` or systemd to start."""

from __future__ import annotations

import click


@click.command(epilog="Ví dụ · example: TAMDAO_HOME=/srv/tamdao tamdao worker")
def worker() -> None:
    """Chạy việc nền và gửi thông điệp cho tới khi được yêu cầu dừng; nhiều tiến trình chạy song song được.

    Run background work and send messages until told to stop; several may run beside each other.
    """
    from tamdao.core.jobs.worker import Worker

    Worker().run()
