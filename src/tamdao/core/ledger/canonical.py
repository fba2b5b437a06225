"""The one text of a value: what is hashed, stored and exported is this text and nothing else.

JSON in the manner of RFC 8785: keys sorted, no spaces, UTF-8, no escapes but the necessary ones. Text is left as it is
(no Unicode normalisation: two spellings of a name are two texts). Numbers are whole; a decimal stands as the text of
its digits, so that 1 and 1.0 stay two values.
"""

from __future__ import annotations

import json
from typing import Any, cast

Image = dict[str, Any]


def canonical(value: object) -> str:
    """The canonical text of JSON values; a float has none, its digits would depend on who writes them."""
    return _ENCODER.encode(value)


def parse_image(text: str | None) -> Image | None:
    """A row as its trigger wrote it; numbers that aren't whole become the text of their digits."""
    return None if text is None else cast("Image", _DECODER.decode(text))


def parse(text: str) -> Image:
    """A canonical text as values. ValueError unless it is one object without fractions."""
    found = _STRICT.decode(text)
    if not isinstance(found, dict):
        raise ValueError("a text of the ledger is one JSON object")  # noqa: TRY004  (a wrong text, not a wrong call)
    return found


def _refuse(digits: str) -> Any:
    raise ValueError(f"a fraction stands as text in the ledger, not as {digits}")


_STRICT = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_DECODER = json.JSONDecoder(parse_float=str)
