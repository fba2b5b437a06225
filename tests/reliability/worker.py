"""The background worker with short leases: what it leaves behind when it is killed is taken up within seconds."""

from __future__ import annotations

from datetime import timedelta


def main() -> None:
    """Run until told to stop, or killed."""
    import django

    django.setup()
    from tamdao.core.jobs import relay
    from tamdao.core.jobs.worker import Worker

    relay.LEASE = timedelta(seconds=3)
    Worker(interval=0.1, lease=timedelta(seconds=3)).run()


if __name__ == "__main__":
    main()
