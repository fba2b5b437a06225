"""The letter of the witness: one a day through a real mail server, and a warning where none takes it."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tamdao.core.ledger import api, witness
from tamdao.core.units.models import Level
from tamdao.verify import cli as verifier
from tests.ledger import seal
from tests.mail_server import Box, smtp

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any) -> Path:
    """An export of a ledger with one entry."""
    settings.TAMDAO_HOME = tmp_path / "home"
    settings.TAMDAO_WITNESS_EMAIL = ["thanhtra@example.vn", "luutru@example.vn"]
    Level.objects.create(code="a", name_vi="Cấp thử", name_en="Test level", depth=5)
    seal(django_capture_on_commit_callbacks)
    api.export(tmp_path / "export")
    return tmp_path / "export"


def test_the_letter_carries_a_checkpoint_that_verifies_and_goes_out_once_a_day(
    sealed: Path, settings: Any, tmp_path: Path
) -> None:
    box = Box()
    note = api.status().checkpoint
    with smtp(box, settings):
        assert witness.deliver(note) == []
        assert witness.deliver(note) == []
    (taken,) = box.mails
    letter = message_from_bytes(taken.content, policy=policy.default)
    assert taken.rcpt_tos == ["thanhtra@example.vn", "luutru@example.vn"]
    assert letter["From"] == "tamdao@example.vn"
    (attached,) = letter.iter_attachments()
    kept = tmp_path / "kept.checkpoint"
    kept.write_bytes(attached.get_content())
    arguments = [str(sealed), "--key", str(sealed / "ledger.pub"), "--checkpoint", str(kept)]
    assert verifier.run(arguments) == 0


def test_a_server_that_refuses_is_a_warning(sealed: Path, settings: Any) -> None:
    with smtp(Box(content="550 không nhận"), settings):
        (problem,) = witness.deliver(api.status().checkpoint)
    assert "could not be mailed" in problem.message.en
