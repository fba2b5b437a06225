"""Time-stamps (RFC 3161) by a real authority made with openssl; openssl checks ours, we check its."""

from __future__ import annotations

import base64
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tamdao.config.cli import run as tamdao
from tamdao.core.ledger import api, notes, times, witness
from tamdao.core.ledger.models import Receipt, WitnessState
from tamdao.core.ledger.witness.places import Last
from tamdao.core.ledger.witness.stamps import Stamps
from tamdao.core.units.models import Level
from tests.ledger import seal
from tests.tsa import Authority, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority(tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any) -> Authority:
    """The authority of a ledger with a checkpoint."""
    settings.TAMDAO_HOME = tmp_path / "home"
    made = Authority(tmp_path / "tsa")
    settings.TAMDAO_WITNESS_TSA_CA = made.root
    Level.objects.create(code="a", depth=1)
    seal(django_capture_on_commit_callbacks)
    return made


def told(problems: list[Any]) -> str:
    (problem,) = problems
    return str(problem.message.en)


def test_a_stamp_is_taken_checked_and_checks_with_openssl(
    authority: Authority, tmp_path: Path, settings: Any, capsys: Any
) -> None:
    note = api.status().checkpoint
    with serving(authority) as settings.TAMDAO_WITNESS_TSA:
        assert witness.deliver(note) == []
    report = api.verify()
    assert (report.problems, report.warnings) == ([], [])
    assert api.status().witnessed_size == api.status().size
    assert tamdao(["ledger", "receipts", str(tmp_path / "receipts")]) == 0
    assert "1" in capsys.readouterr().out
    (stamp,) = (tmp_path / "receipts").glob("*.tsr")
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", str(stamp.with_suffix(".checkpoint")), "-in", str(stamp),
         "-CAfile", str(authority.root)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in done.stdout + done.stderr
    assert tamdao(["ledger", "receipts", str(tmp_path / "receipts")]) == 1
    # another text under the same stamp
    Receipt.objects.update(checkpoint=note.replace("— ", "—  "))
    assert not api.verify().ok
    receipt = Receipt.objects.get()
    content = bytearray(base64.b64decode(receipt.content))
    content[-5] ^= 1
    Receipt.objects.update(checkpoint=note, content=base64.b64encode(content).decode())
    report = api.verify()
    assert report.ok
    assert len(report.warnings) == 1


def test_one_an_hour(authority: Authority, settings: Any, django_capture_on_commit_callbacks: Any) -> None:
    with serving(authority) as settings.TAMDAO_WITNESS_TSA:
        witness.deliver(api.status().checkpoint)
        Level.objects.create(code="b", depth=1)
        seal(django_capture_on_commit_callbacks)
        assert witness.deliver(api.status().checkpoint) == []
        assert Receipt.objects.count() == 1
        for away in (timedelta(hours=-2), timedelta(hours=2)):
            moved = times.stamp(timezone.now() + away)
            WitnessState.objects.update(at=moved, size=1)
            assert witness.deliver(api.status().checkpoint) == []
    assert Receipt.objects.count() == 3


def test_with_its_certificate_in_the_file_none_has_to_be_sent(
    authority: Authority, tmp_path: Path, settings: Any
) -> None:
    note = api.status().checkpoint
    chained = Authority(tmp_path / "chained", chain=True)
    settings.TAMDAO_WITNESS_TSA_CA = tmp_path / "both.pem"
    with serving(chained) as settings.TAMDAO_WITNESS_TSA:
        # the chain comes in an order that is no DER
        settings.TAMDAO_WITNESS_TSA_CA.write_bytes(chained.root.read_bytes())
        assert "InvalidSetOrdering" in told(witness.deliver(note))
        settings.TAMDAO_WITNESS_TSA_CA.write_bytes(
            chained.root.read_bytes() + (chained.folder / "stamp.pem").read_bytes()
        )
        assert witness.deliver(note) == []
    assert api.verify().warnings == []


@pytest.mark.parametrize("spoil", [1, 20, 40])
def test_a_stamp_that_was_changed_is_a_warning(authority: Authority, settings: Any, spoil: int) -> None:
    with serving(authority, spoil=spoil) as settings.TAMDAO_WITNESS_TSA:
        assert "time-stamp is wrong" in told(witness.deliver(api.status().checkpoint))
    assert not Receipt.objects.exists()


def test_a_stranger_a_lost_file_and_a_dead_authority_are_warnings(
    authority: Authority, tmp_path: Path, settings: Any
) -> None:
    note = api.status().checkpoint
    stranger = Authority(tmp_path / "other")
    with serving(stranger) as settings.TAMDAO_WITNESS_TSA:
        assert "time-stamp is wrong" in told(witness.deliver(note))
    with serving(authority) as settings.TAMDAO_WITNESS_TSA:
        settings.TAMDAO_WITNESS_TSA_CA = tmp_path / "none.pem"
        assert "none.pem" in told(witness.deliver(note))
        settings.TAMDAO_WITNESS_TSA_CA = None
        assert "TAMDAO_WITNESS_TSA_CA" in told(witness.deliver(note))
        settings.TAMDAO_WITNESS_TSA_CA = authority.root
    assert "can't be reached" in told(witness.deliver(note))


def test_an_old_answer_is_none_to_a_new_question(authority: Authority, settings: Any) -> None:
    note = api.status().checkpoint
    with serving(authority) as address:
        one = Stamps(address, authority.root)
        receipt = one.deliver(note, notes.read(note)[0], Last())
    # replayed by somebody between: same text, another nonce
    replay = base64.b64decode(receipt)
    authority.stamp = lambda query: replay  # type: ignore[method-assign]
    with serving(authority) as settings.TAMDAO_WITNESS_TSA:
        assert "Nonce" in told(witness.deliver(note))
