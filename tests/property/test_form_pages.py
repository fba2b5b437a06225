"""The verdict of the page on a form against the verdict of the server: random forms filled in well and badly."""

from __future__ import annotations

import json
import os
import random
from typing import Any

from tamdao.modules.collection.rules.checking import Entry, Judged, judge
from tamdao.modules.collection.rules.forms import Form, read_form
from tamdao.modules.collection.rules.pages import to_page
from tests.support import answers_of_page
from tests.unit.collection.samples import FORM

FORMS = 60_000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 12_000
KEYS = (
    *("t1.land.all", "t1.land.online", "t1.civil.all", "t1.civil.online", "t1.civil.rate", "t1.land.rate"),
    *(f"staff.{row}.{column}" for row in (1, 2, 3) for column in ("name", "hours", "since")),
    *("staff.4.name", "staff.01.name", "staff.².name", "staff.*.name", "staff.999999999999.name", "staff.1.no.more"),
    *("more.why.v", "more.team.v", "more.level.v", "nothing", "", "__proto__", "constructor.1.name"),
)  # fmt: skip
NUMBERS = (
    *("0", "1", "5", "12", "100", "1.234", "1.234,5", "1234,50", "-3", "+7", "\u22128", "1 234", "1\u00a0234", "0,10"),
    *("1,234.5", "1.23", "1..2", "1,", ",5", "12,5,1", "0001", "00,5", "-0", "-0,0", "1.0000", "01.234", "1 23", "1e3"),
    *("9" * 60, "9" * 61, "0" * 200, f"0,{'0' * 59}1", f"0,{'0' * 60}1", f"1,{'0' * 90}", f"{'0' * 90}5", "٣", "１２", "x"),
)  # fmt: skip
DAYS = (
    *("1/7/2025", "01/07/2025", "31/02/2025", "29/2/2024", "29/2/2023", "2025-07-01", "2025-7-1", "1-7-2025", "1-7/2025"),
    *("0/1/2025", "1/13/2025", "1/1/0000", "1/1/25", "01.07.2025", "45123", " 1/7/2025 ", "2025-02-30", "9999-12-31"),
)  # fmt: skip
WORDS = (
    *("có", "Có", "KHÔNG", "co\u0301", "không ", "yes", "Tốt", "Khá", "tốt", "Tô\u0301t", "\ufeffcó", "\x1fcó\x85"),
    *("Tổ 1", "ạ" * 4000, "ạ" * 4001, "A\u0323\u0302" * 4000, "😀" * 4001, "\x00", "=1+1", "<b>", "\ud83d"),
)  # fmt: skip
BLANK = ("", " ", "\t\n", "\u00a0", "\u2007", "\u3000", "\x1c", "\ufeff", "\u200b")


def filled(chance: random.Random) -> dict[str, dict[str, Any]]:
    """Some cells, mostly with what fits, now and then with anything."""
    found = {}
    for key in KEYS:
        if chance.random() < 0.3:
            continue
        fitting = DAYS if key.endswith("since") else WORDS if key.endswith((".v", "name")) else NUMBERS[:14]
        pool = fitting if chance.random() < 0.8 else chance.choice((NUMBERS, DAYS, WORDS, BLANK))
        entry: dict[str, Any] = {"text": "" if chance.random() < 0.1 else chance.choice(pool)}
        if chance.random() < 0.1:
            entry["none"] = True
        if chance.random() < 0.2:
            entry["explanation"] = chance.choice(("Sáp nhập", " ", "\ufeff", ""))
        found[key] = entry
    return found


def said(verdict: Judged) -> dict[str, Any]:
    return {
        "values": verdict.values,
        "faults": [{"key": one.key, "code": one.code, "asks": one.asks} for one in verdict.faults],
        "notAsked": sorted(verdict.not_asked),
    }


def variants() -> list[Form]:
    """The sample, and the same with other conditions and checks."""
    made = []
    for rule, when in (
        ("t1.land.online <= t1.land.all", "t1.land.all = 0"),
        ("t1.land.online + t1.civil.online <= 2 * t1.land.all", "is_missing(t1.civil.rate)"),
        ("percent(t1.land.online, t1.land.all) >= t1.civil.rate", "count.staff > 1 or rows.staff.hours < 5"),
        (
            "round(rows.staff.hours, 0) = coalesce(t1.civil.all, count.staff)",
            "not (t1.land.all / t1.civil.all < 1)",
        ),
    ):
        data = json.loads(json.dumps(FORM))
        data["checks"][0]["rule"] = rule
        data["checks"][0]["cells"] = ["t1.land.all", "t1.land.online"]
        data["sections"][2]["rows"][0]["when"] = when
        form, problems = read_form(data)
        assert not problems
        made.append(form)
    return made


def test_page_and_server_judge_alike() -> None:
    chance = random.Random(20261127)
    forms = [(form, to_page(form)) for form in variants()]
    calls, expected = [], []
    for place in range(FORMS):
        form, page = forms[place % len(forms)]
        entries = filled(chance)
        last = {"t1.land.all": chance.choice(("1", "500", "0.5"))} if chance.random() < 0.5 else {}
        calls.append([page, entries, last])
        verdict = judge(form, {key: Entry(**entry) for key, entry in entries.items()}, last)
        expected.append(said(verdict))
    answers = answers_of_page("form-check", "judge", calls)
    wrong = [
        (call[1], answer, wanted)
        for call, answer, wanted in zip(calls, answers, expected, strict=True)
        if answer != wanted
    ]
    assert not wrong, f"{len(wrong)} of {FORMS}; the first: {wrong[0]}"
    # every kind of fault was there to be agreed on
    seen = {fault["code"] for answer in answers for fault in answer["faults"]}
    assert seen >= {
        "unknown_cell", "none_with_value", "number_malformed", "number_too_long", "not_whole", "too_many_places",
        "date_malformed", "not_a_choice", "not_yes_or_no", "text_too_long", "not_asked", "required",
        "none_unexplained", "check:part", "check:jump", "check:hours",
    }  # fmt: skip
    assert sum(not answer["faults"] for answer in answers) < FORMS
