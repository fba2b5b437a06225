"""The command line `tamdao`.

Exit codes: 0 done, 1 understood but refused or found wrong, 2 command not understood. A refusal is printed on standard
error in Vietnamese, then in English, with everything that was found wrong. Nothing heavy is imported here.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextvars import copy_context

import click

from tamdao import __version__
from tamdao.config.failures import explained
from tamdao.config.lazy import Entry, LazyGroup
from tamdao.kit.errors import DomainError

COMMANDS = {
    "demo": Entry(
        "tamdao.config.commands.demo:demo",
        "Chuẩn bị bản dùng thử và chạy · prepare the demo and serve",
        django=False,
        uses=True,
    ),
    "serve": Entry("tamdao.config.commands.serve:serve", "Chạy phiên bản · serve the instance", django=False),
    "migrate": Entry(
        "tamdao.config.commands.migrate:migrate", "Tạo, nâng cấp cơ sở dữ liệu · make or upgrade tables"
    ),
    "assets": Entry(
        "tamdao.config.commands.assets:assets", "Dịch câu chữ, gom tệp tĩnh · compile words, collect files"
    ),
    "install": Entry(
        "tamdao.config.commands.install:install",
        "Cài thành dịch vụ của máy · install as a service",
        django=False,
    ),
    "backup": Entry(
        "tamdao.config.commands.backup:backup", "Sao lưu phiên bản đang chạy · back up the running instance"
    ),
    "doctor": Entry(
        "tamdao.config.commands.doctor:doctor",
        "Khám phiên bản, chỉ lệnh sửa · find faults and what mends them",
        django=False,
    ),
    "restore": Entry(
        "tamdao.config.commands.restore:restore", "Phục hồi bản sao lưu · restore a backup", django=False
    ),
    "drill": Entry(
        "tamdao.config.commands.drill:drill", "Thử phục hồi bản mới nhất · try a restore", django=False
    ),
    "upgrade": Entry(
        "tamdao.config.commands.upgrade:upgrade",
        "Nâng cấp, lỗi thì trở lại như cũ · upgrade, back on failure",
        uses=False,
    ),
    "move-to-postgres": Entry(
        "tamdao.config.commands.move:move",
        "Chuyển SQLite sang PostgreSQL · move SQLite to PostgreSQL",
        uses=False,
    ),
    "secrets": Entry(
        "tamdao.config.commands.secrets:secrets",
        "Khóa niêm phong, bản niêm phong · sealing key, sealed copies",
        django=False,
    ),
    "figure": Entry("tamdao.facts.cli:figure", "Một số liệu · one figure"),
    "explain": Entry("tamdao.facts.cli:explain", "Số liệu đó từ đâu ra · where a figure comes from"),
    "targets": Entry("tamdao.facts.cli:targets", "Chỉ tiêu và trạng thái · targets and their states"),
    "dti": Entry("tamdao.modules.scoring.cli:dti", "Bảng điểm, xếp hạng DTI · DTI scores and ranks"),
    "pack": Entry("tamdao.core.packs.cli:pack", "Kiểm tra, so sánh, cài gói · check, compare, install packs"),
    "boundaries": Entry("tamdao.core.units.cli:boundaries", "Nạp ranh giới · load boundaries"),
    "calendar": Entry("tamdao.core.calendar.cli:calendar", "Lịch làm việc · working days"),
    "ledger": Entry("tamdao.core.ledger.cli:ledger", "Nhật ký đối chứng · the ledger"),
    "people": Entry("tamdao.core.people.cli:people", "Người dùng, chức vụ, ủy quyền · people and posts"),
    "worker": Entry("tamdao.config.commands.worker:worker", "Chạy việc nền · run background work"),
    "outbox": Entry("tamdao.core.jobs.cli:outbox", "Thông điệp gửi ra ngoài · messages on their way out"),
    "client": Entry("tamdao.config.commands.client:client", "Khóa truy cập API · keys of API clients"),
    "account": Entry(
        "tamdao.core.accounts.cli:account", "Mở khóa, đặt lại mật khẩu · unlock, reset accounts"
    ),
}


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Ví dụ · example: tamdao figure dti 26@2020-01-01 2024",
)
@click.version_option(__version__, prog_name="tamdao")
def cli() -> None:
    """Tam Đảo: số liệu, chỉ tiêu và chỉ số chuyển đổi số của một tỉnh.

    Figures, targets and indices of a province's digital transformation.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # a terminal without a Vietnamese locale still gets Vietnamese
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    code = run(arguments)
    # memory is given back as a whole; otherwise the collector looks at every unit once more (a fifth of a command)
    gc.freeze()
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; unexpected errors pass through as they are."""
    # who acts, which `set_up_django` names, holds for this command alone
    return copy_context().run(_run, arguments)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        result = cli.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("Đã dừng · stopped", err=True)
        return 1
    except DomainError as error:
        report(error)
        return 1
    except BrokenPipeError:
        # the reader of a pipe (head, less) has seen enough; without this the interpreter complains at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        refusal = explained(error)
        if refusal is None:
            raise
        report(refusal)
        return 1
    return result if isinstance(result, int) else 0


def report(error: DomainError) -> None:
    """Print a refusal on standard error: the sentence and all problems in Vietnamese, then the same in English."""
    for language in ("vi", "en"):
        click.echo(error.message.text(language), err=True)
        for problem in error.problems:
            click.echo(f"  {problem.text(language)}", err=True)


if __name__ == "__main__":
    main()
