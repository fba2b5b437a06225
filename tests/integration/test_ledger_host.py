"""The witness on another machine, over real HTTP and HTTPS: what it signs, what it refuses, and that this only warns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tamdao.config.operations import trust
from tamdao.core.ledger import api, exporting, sealing, witness
from tamdao.core.ledger.models import Receipt, WitnessState
from tamdao.core.units.models import Level
from tamdao.verify import cli as verifier
from tests.ledger import fill_more, seal
from tests.support import answering_with
from tests.tsa import Authority
from tests.witness_host import running

pytestmark = pytest.mark.django_db
NAME = "host luutru.example.vn"


@pytest.fixture
def ledger(tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any) -> Path:
    """A ledger with two checkpoints; its `ledger.pub`."""
    settings.TAMDAO_HOME = tmp_path / "home"
    Level.objects.create(code="a", depth=1)
    seal(django_capture_on_commit_callbacks)
    return api.public_key_file()


def grow(capture: Any, code: str) -> str:
    Level.objects.create(code=code, depth=1)
    seal(capture)
    return api.status().checkpoint


def told(problems: list[Any]) -> str:
    (problem,) = problems
    return str(problem.message.en)


def test_it_signs_what_goes_on_and_the_receipt_is_checked(
    ledger: Path, tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with running(tmp_path / "kept", ledger) as address:
        settings.TAMDAO_WITNESS_HOSTS = [address]
        assert witness.deliver(api.status().checkpoint) == []
        for code in "bcdefgh":
            note = grow(django_capture_on_commit_callbacks, code)
            assert witness.deliver(note) == []
        # asked again it says so at once
        assert witness.deliver(note) == []
    state = api.status()
    assert (state.witnessed_size, state.warnings) == (state.size, ())
    # the newest of the day stays
    (receipt,) = Receipt.objects.all()
    assert (receipt.witness, receipt.size, receipt.checkpoint) == (NAME, state.size, note)
    report = api.verify()
    assert (report.problems, report.warnings) == ([], [])
    # what it keeps is what tamdao-verify takes
    (kept,) = (tmp_path / "kept").glob("*.checkpoint")
    exporting.export(tmp_path / "out")
    assert verifier.run([str(tmp_path / "out"), "--key", str(ledger), "--checkpoint", str(kept)]) == 0
    (lines,) = (tmp_path / "kept").glob("*.jsonl")
    assert len(lines.read_text(encoding="utf-8").splitlines()) == 8


def test_over_tls_with_an_authority_of_the_house(ledger: Path, tmp_path: Path, settings: Any) -> None:
    authority = Authority(tmp_path / "ca")
    with running(
        tmp_path / "kept", ledger,
        certificate=authority.folder / "server.pem", private=authority.folder / "server.key",
    ) as address:  # fmt: skip
        settings.TAMDAO_WITNESS_HOSTS = [address]
        assert "certificate verify failed" in told(witness.deliver(api.status().checkpoint))
        settings.TAMDAO_WITNESS_CA = authority.root
        assert witness.deliver(api.status().checkpoint) == []
    assert Receipt.objects.count() == 1


def test_a_ledger_that_was_cut_or_signed_anew_is_refused_and_what_it_kept_stays(
    ledger: Path, tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with running(tmp_path / "kept", ledger) as address:
        settings.TAMDAO_WITNESS_HOSTS = [address]
        assert witness.deliver(api.status().checkpoint) == []
        with transaction.atomic():
            fill_more(django_capture_on_commit_callbacks)
            assert witness.deliver(api.status().checkpoint) == []
            transaction.set_rollback(True)
        (kept,) = (tmp_path / "kept").glob("*.checkpoint")
        before = kept.read_text(encoding="utf-8")
        # shorter than what it saw
        grow(django_capture_on_commit_callbacks, "x")
        assert "cut or signed anew" in told(witness.deliver(api.status().checkpoint))
        # longer, with other entries
        for number in range(20):
            grow(django_capture_on_commit_callbacks, f"y{number}")
        assert "cut or signed anew" in told(witness.deliver(api.status().checkpoint))
        assert kept.read_text(encoding="utf-8") == before
    (fault,) = [one for one in trust.state_faults(api.status().sealed_at) if one.name == "witness"]  # type: ignore[arg-type]
    assert not fault.wrong
    # sealing goes on
    grow(django_capture_on_commit_callbacks, "z")
    assert api.verify().ok


def test_it_remembers_when_the_house_forgot(
    ledger: Path, tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with running(tmp_path / "kept", ledger) as address:
        settings.TAMDAO_WITNESS_HOSTS = [address]
        assert witness.deliver(api.status().checkpoint) == []
        WitnessState.objects.all().delete()
        assert witness.deliver(grow(django_capture_on_commit_callbacks, "b")) == []


def test_after_a_new_key_it_waits_for_the_new_ledger_pub(
    ledger: Path, tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    trusted = tmp_path / "trusted.pub"
    trusted.write_text(ledger.read_text(encoding="utf-8"), encoding="utf-8")
    with running(tmp_path / "kept", trusted) as address:
        settings.TAMDAO_WITNESS_HOSTS = [address]
        assert witness.deliver(api.status().checkpoint) == []
        with django_capture_on_commit_callbacks(execute=True):
            sealing.rotate_key(by="cli:test", reason="định kỳ")
        # this one bears the old signature too
        assert witness.deliver(api.status().checkpoint) == []
        note = grow(django_capture_on_commit_callbacks, "b")
        assert "give it the new ledger.pub" in told(witness.deliver(note))
        trusted.write_text(ledger.read_text(encoding="utf-8"), encoding="utf-8")
        assert witness.deliver(note) == []


@contextmanager
def answering(status: int, content: bytes, **headers: str) -> Iterator[str]:
    """A server that gives everybody the same answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *given: object) -> None:
            pass

    with answering_with(Handler) as address:
        yield address


@pytest.mark.parametrize(
    ("status", "content", "headers", "sentence"),
    [
        (200, b"", {}, "does not match the key"),
        (200, "— luutru.example.vn AAAA\n".encode(), {}, "does not match the key"),
        (200, b"x" * 200_000, {}, "too long"),
        (409, b"abc\n", {}, "cut or signed anew"),
        (409, b"99999999999999999999999\n", {}, "cut or signed anew"),
        (422, b"", {}, "cut or signed anew"),
        (500, "đĩa đầy".encode(), {}, "refuses (500): đĩa đầy"),
        # a redirect into the house is not followed
        (307, b"", {"Location": "http://169.254.169.254/latest"}, "internal network"),
    ],
)  # fmt: skip
def test_any_other_answer_is_a_warning(
    ledger: Path,
    tmp_path: Path,
    settings: Any,
    status: int,
    content: bytes,
    headers: dict[str, str],
    sentence: str,
) -> None:
    with running(tmp_path / "kept", ledger) as real, answering(status, content, **headers) as address:
        settings.TAMDAO_WITNESS_HOSTS = [f"{address}#{real.partition('#')[2]}"]
        assert sentence in told(witness.deliver(api.status().checkpoint))
    assert not Receipt.objects.exists()


def test_a_machine_that_is_not_there_is_a_warning(ledger: Path, tmp_path: Path, settings: Any) -> None:
    with running(tmp_path / "kept", ledger) as address:
        settings.TAMDAO_WITNESS_HOSTS = [address]
    assert "can't be reached" in told(witness.deliver(api.status().checkpoint))


def test_a_receipt_that_was_changed_is_told(
    ledger: Path, tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with running(tmp_path / "kept", ledger) as address:
        settings.TAMDAO_WITNESS_HOSTS = [address]
        assert witness.deliver(api.status().checkpoint) == []
    receipt = Receipt.objects.get()
    letter = receipt.content[-9]
    Receipt.objects.update(
        content=receipt.content[:-9] + ("A" if letter != "A" else "B") + receipt.content[-8:]
    )
    report = api.verify()
    assert report.ok
    assert [problem.where for problem in report.warnings] == [f"{NAME} {receipt.size}"]
    # a receipt over another history contradicts the ledger
    Receipt.objects.update(checkpoint=receipt.checkpoint.replace("\n2\n", "\n9\n"))
    assert [problem.where for problem in api.verify().problems] == [f"{NAME} {receipt.size}"]
    Receipt.objects.update(checkpoint="x")
    assert [problem.where for problem in api.verify().problems] == [f"{NAME} {receipt.size}"]


@pytest.mark.parametrize(
    "wrong", ["https://x", "https://x#a+b", "https://x#a+00000000+AAAA", "https://x#a+00000000+!"]
)
def test_a_setting_that_names_no_witness_is_a_warning(ledger: Path, settings: Any, wrong: str) -> None:
    settings.TAMDAO_WITNESS_HOSTS = [wrong]
    assert "TAMDAO_WITNESS_HOSTS" in told(witness.deliver(api.status().checkpoint))
    assert api.verify().ok
