"""The thread as pages draw it: nothing said twice, long ones folded, outside addresses only where they are addresses."""

from __future__ import annotations

from datetime import date

from tamdao.facts.types import Node, Ref
from tamdao.kit.messages import Message
from tamdao.modules.ioc.web.frame import Frame
from tamdao.modules.ioc.web.threads import LONG_THREAD, thread

DAY = date(2026, 11, 22)
FRAME = Frame(
    today=DAY, at=DAY, map_date=DAY, at_given=False, map_given=False, map_in_address=False, sample=False,
    sample_given=False, lang="vi",
)  # fmt: skip
SEVEN = Message("7", "7")
WHY = Message("Vì vậy.", "That is why.")


def knot(*children: Node, value: Message | None = SEVEN, detail: Message | None = WHY, url: str = "") -> Node:
    return Node(
        "observation",
        Message("Nguồn", "Source"),
        value,
        detail,
        Ref("document", "d"),
        children=children,
        url=url,
    )


def test_what_stands_above_is_not_said_again() -> None:
    (top,) = thread([knot(knot())], FRAME)
    assert (top.value, top.detail) == (SEVEN, WHY)
    assert (top.children[0].value, top.children[0].detail) == ("", "")
    (below,) = thread([knot()], FRAME, value=SEVEN, said=[WHY])
    assert (below.value, below.detail) == ("", "")


def test_another_value_below_is_said_and_siblings_do_not_silence_each_other() -> None:
    other = Message("8", "8")
    (top,) = thread([knot(knot(value=other), knot(value=other))], FRAME)
    assert [child.value for child in top.children] == [other, other]


def test_a_long_thread_shows_its_first_level() -> None:
    short = thread([knot(knot())], FRAME)
    long = thread([knot(knot()) for _ in range(LONG_THREAD)], FRAME)
    assert not short[0].folded
    assert all(one.folded for one in long)
    assert not any(one.children[0].folded for one in long)


def test_only_web_addresses_become_links() -> None:
    assert thread([knot(url="https://example.org/a")], FRAME)[0].url == "https://example.org/a"
    assert thread([knot(url="javascript:alert(1)")], FRAME)[0].url == ""


def test_sample_data_stays_marked() -> None:
    node = Node("observation", Message("Nguồn", "Source"), SEVEN, ref=Ref("document", "d"), sample=True)
    assert thread([node], FRAME)[0].sample
