"""A form as the page gets it: everything it checks with, nothing it does not need."""

from __future__ import annotations

import json

from tamdao.modules.collection.rules.pages import to_page

from .samples import sample


def test_the_page_gets_kinds_conditions_and_checks() -> None:
    page = json.loads(json.dumps(to_page(sample())))
    assert page["rows"] == {"t1": 0, "staff": 3, "more": 0}
    assert page["cells"]["t1.civil.rate"] == {"kind": "number", "required": False, "decimals": 2}
    assert page["cells"]["more.level.v"]["choices"] == ["Tốt", "Khá"]
    assert page["cells"]["more.why.v"]["when"] == ["=", ["name", "t1.land.all"], ["num", "0"]]
    assert page["checks"][0] == {
        "code": "part",
        "rule": ["<=", ["name", "t1.land.online"], ["name", "t1.land.all"]],
        "hard": True,
        "cells": ["t1.land.all", "t1.land.online"],
    }
    assert "title" not in page["cells"]["more.level.v"]
