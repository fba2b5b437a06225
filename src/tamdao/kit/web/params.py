"""Parameters that mean the same in every operation of the API, with the words the OpenAPI document says about them.

Query strings carry text; what is accepted is exactly what the document promises. Left to itself the framework would
read `map=1` as the second after 1 January 1970 and `sample=y` as true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Described:
    """Words and examples for the OpenAPI document; the framework drops those of a `Field` beside a default."""

    words: str
    examples: tuple[Any, ...] = ()

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core)
        schema["description"] = self.words
        if self.examples:
            schema["examples"] = list(self.examples)
        return schema


def _day(value: Any) -> Any:
    """Text of the form 2025-07-01 as a date; anything else is refused."""
    if not isinstance(value, str):
        return value
    try:
        # fromisoformat alone would take 20250701 and 2025-W27 too
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("day", "Write the day as 2025-07-01")


def _flag(value: Any) -> Any:
    """`true` and `1`, `false` and `0`."""
    if not isinstance(value, str):
        return value
    if value not in _FLAGS:
        raise PydanticCustomError("flag", "Write true or false")
    return _FLAGS[value]


def _number(value: Any) -> Any:
    """Digits, with a minus where it is negative: no `1_000`, no ` 10`, no `1.0`, nothing a column can't hold."""
    if not isinstance(value, str):
        return value
    if not _NUMBER.fullmatch(value):
        raise PydanticCustomError("number", "Write a whole number in digits")
    return int(value)


Day = Annotated[date, BeforeValidator(_day)]
Whole = Annotated[int, BeforeValidator(_number)]
Text = Annotated[str, Field(max_length=MAX_TEXT)]
Name = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]

MapDay = Annotated[
    Day | None,
    Described(
        "Map date: the units as they stood on this day; the first map is that of 2020-01-01. Decides which unit a code "
        "or name means.",
        ("2024-12-31", "2025-07-01"),
    ),
]
AtDay = Annotated[
    Day | None,
    Described(
        "Day of judgement: only periods that had ended by then count. Default: today in Việt Nam.",
        ("2025-06-30",),
    ),
]
AsOf = Annotated[
    Name | None,
    Described(
        "Only what was recorded by this moment: a day (its end in Việt Nam; `2025-07-01` or `01/07/2025`) or an ISO "
        "moment, Việt Nam's time where it names no offset. Default: everything recorded.",
        ("2026-11-01", "2026-11-01T08:00:00+07:00"),
    ),
]
Sample = Annotated[
    bool,
    BeforeValidator(_flag),
    Described("Let sample data stand in where nothing real exists; answers built on it say so."),
]
UnitText = Annotated[
    Name,
    Described(
        "A unit: its id (`26@2020-01-01`), or a code or name, with `map` where several answer to it.",
        ("26@2020-01-01", "Vĩnh Phúc"),
    ),
]
IndicatorCode = Annotated[Name, Described("Code of an indicator of the catalogue.", ("dti_rank", "dti"))]
PeriodKey = Annotated[
    Name,
    Described("Reporting period: `2024`, `2024-H1`, `2024-Q3`, `2024-10` or `2024-10-05`.", ("2021", "2024")),
]
SearchText = Annotated[Text, Described("Words to look for; diacritics may be left out.", ("chuyển đổi số",))]
LevelCode = Annotated[Text, Described("Level of units, as in the packs.", ("province",))]
