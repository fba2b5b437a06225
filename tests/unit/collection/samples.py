"""A small form with everything in it: fixed rows, added rows, conditions, hard checks and ones that ask."""

from __future__ import annotations

from typing import Any

from tamdao.modules.collection.rules.forms import Form, read_form

FORM: dict[str, Any] = {
    "sections": [
        {
            "code": "t1",
            "title_vi": "Hồ sơ",
            "columns": [
                {"code": "all", "title_vi": "Tổng số", "kind": "whole", "required": True},
                {"code": "online", "title_vi": "Trực tuyến", "kind": "whole", "required": True},
                {"code": "rate", "title_vi": "Tỷ lệ", "decimals": 2},
            ],
            "rows": [
                {"code": "land", "title_vi": "Đất đai", "cells": {"rate": {"skip": True}}},
                {"code": "civil", "title_vi": "Hộ tịch", "cells": {"all": {"indicator": "dossiers_civil"}}},
            ],
        },
        {
            "code": "staff",
            "title_vi": "Cán bộ",
            "most_rows": 3,
            "columns": [
                {"code": "name", "title_vi": "Họ tên", "kind": "text", "required": True},
                {"code": "hours", "title_vi": "Số giờ", "decimals": 1},
                {"code": "since", "title_vi": "Từ ngày", "kind": "date"},
            ],
        },
        {
            "code": "more",
            "title_vi": "Thông tin khác",
            "columns": [{"code": "v", "title_vi": "Trả lời", "kind": "text"}],
            "rows": [
                {"code": "why", "title_vi": "Vì sao không có hồ sơ", "when": "t1.land.all = 0",
                 "cells": {"v": {"required": True}}},
                {"code": "team", "title_vi": "Có tổ công nghệ số", "cells": {"v": {"kind": "yes_no"}}},
                {"code": "level", "title_vi": "Mức", "cells": {"v": {"kind": "choice", "choices": ["Tốt", "Khá"]}}},
            ],
        },
    ],
    "checks": [
        {"code": "part", "rule": "t1.land.online <= t1.land.all", "message_vi": "Trực tuyến không lớn hơn tổng số.",
         "message_en": "Online can't be more than all."},
        {"code": "jump", "rule": "abs(t1.land.all - last.t1.land.all) <= last.t1.land.all", "hard": False,
         "cells": ["t1.land.all"], "message_vi": "Thay đổi quá gấp đôi so với kỳ trước; giải thích."},
        {"code": "hours", "rule": "rows.staff.hours <= 24 * count.staff", "cells": ["staff.*.hours"],
         "message_vi": "Quá 24 giờ mỗi người."},
    ],
}  # fmt: skip


def sample() -> Form:
    """The form, which has no problems."""
    form, problems = read_form(FORM)
    assert not problems
    return form
