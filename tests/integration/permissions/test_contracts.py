"""What follows from the table without any object: the document, private answers, roles."""

from __future__ import annotations

from tamdao.config.etag import PRIVATE
from tamdao.core.people import words
from tamdao.core.people.explain import known_pairs
from tamdao.core.people.policy import HELD, POLICY, Role, allowed, pairs_of
from tamdao.core.people.relations import _declared
from tools.permissions import PATH, text

from .routes import operations


def test_the_document_says_what_the_table_says() -> None:
    assert PATH.read_text(encoding="utf-8") == text(), "run python tools/permissions.py"


def test_answers_that_are_not_public_are_never_tagged_by_the_newest_fact() -> None:
    for operation in operations():
        public = allowed([Role.PUBLIC], *operation.pair.split("."))
        assert public or operation.path.startswith(PRIVATE), operation.path


def test_every_pair_and_role_has_words() -> None:
    for pair in known_pairs():
        resource, action = pair.split(".")
        assert resource in words.RESOURCES
        assert action in words.ACTIONS
    assert set(words.ROLES) == set(Role)


def test_nobody_holds_what_is_implied() -> None:
    assert Role.PUBLIC not in HELD
    assert Role.PERSON not in HELD
    assert pairs_of(Role.AUDITOR) > {"person.view", "person.history"}
    assert POLICY[Role.AUDITOR]["person"] == {"view", "choose", "history", "explain", "export"}


def test_what_is_filtered_is_declared() -> None:
    assert {resource for _, resource in _declared} >= {
        "person",
        "post",
        "delegation",
        "substitute",
        "rehoming",
        "group",
    }
