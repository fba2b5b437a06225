"""pack.yaml: its schema, and version numbers."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from .records import Data, Manifest, Requirement
from .schema import DATE, list_of, matching, record, text

NAME = matching(
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    "chữ thường không dấu và chữ số, các từ nối bằng “-”, ví dụ vinh-phuc",
    "small letters and digits, words joined by “-”, like vinh-phuc",
    maxLength=60,
)
_RANGE = r"(>=|<=|==|>|<)[0-9]+(\.[0-9]+)*"

SCHEMA: dict[str, Any] = record(
    "pack.yaml",
    "name version title_vi title_en",
    {
        "name": NAME,
        "version": matching(
            r"^[0-9]+\.[0-9]+\.[0-9]+$", "ba số, ví dụ 1.0.0", "three numbers, like 1.0.0", maxLength=40
        ),
        "title_vi": text(200),
        "title_en": text(200),
        "description_vi": text(4000),
        "description_en": text(4000),
        "licence": text(200),
        "requires": list_of(
            {
                "type": "object",
                "properties": {
                    "name": NAME,
                    "version": matching(
                        rf"^{_RANGE}(,{_RANGE})*$",
                        "khoảng phiên bản, ví dụ “>=1.0,<2”",
                        "a range of versions, like “>=1.0,<2”",
                    ),
                },
                "required": ["name"],
                "additionalProperties": False,
            }
        ),
        "map_from": {**DATE, "description": "first day of the map of units this pack brings"},
    },
)

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}


def manifest_of(data: Data, lines: Mapping[str, int]) -> Manifest:
    """The manifest from data that fits `SCHEMA`, with the lines of its fields."""
    requires = tuple(Requirement(need["name"], need.get("version", "")) for need in data.get("requires", ()))
    return Manifest(**{**data, "requires": requires}, lines=lines)


def satisfies(version: str, needed: str) -> bool:
    """Whether `version` lies in the range `needed` (">=1.0,<2"); an empty range takes any version.

    Numbers are compared part by part, absent parts being 0: 1.10 is above 1.9, and 1.0 is 1.0.0.
    """
    for part in filter(None, needed.split(",")):
        sign, limit = re.match(r"([<>=]+)(.*)", part).groups()  # type: ignore[union-attr]  # the schema saw to it
        pairs = list(zip_longest(_numbers(version), _numbers(limit), fillvalue=0))
        if not _COMPARE[sign]([own for own, _ in pairs], [other for _, other in pairs]):
            return False
    return True


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
