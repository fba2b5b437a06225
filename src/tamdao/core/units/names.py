"""Names of units, with and without their type word, folded for search. Type words come from the data."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tamdao.kit.messages import Message
from tamdao.kit.text import fold, nfc

# Written abbreviations of type words, folded, with and without a full stop.
ABBREVIATIONS: Mapping[str, str] = {"tp": "thanh pho", "tx": "thi xa", "tt": "thi tran"}
# A country is called by its name alone.
_UNSPOKEN = frozenset({"nuoc"})
# The one city whose type keeps its capital in official writing, wherever it stands.
_ALWAYS_GREAT = "Hồ Chí Minh"
# English of the type words, folded; a type that is not here keeps its Vietnamese word.
_ENGLISH_TYPES: Mapping[str, str] = {
    "tinh": "province", "thanh pho": "city", "quan": "district", "huyen": "district", "thi xa": "town",
    "phuong": "ward", "xa": "commune", "thi tran": "township", "dac khu": "special zone",
}  # fmt: skip


@lru_cache(maxsize=256)
def fold_type(type_vi: str) -> str:
    """Folded type word; there are a dozen of them, asked for ten thousand times."""
    return fold(type_vi)


def full_name(type_vi: str, name_vi: str) -> str:
    """Type and name, the type only once: "Tỉnh Phú Thọ", "Quận 1", "Việt Nam"."""
    word = fold_type(type_vi)
    if not word or word in _UNSPOKEN or (name_vi[:1] == type_vi[:1] and fold(name_vi).startswith(f"{word} ")):
        return name_vi
    return f"{type_vi} {name_vi}"


def full_name_en(type_vi: str, name_vi: str) -> str:
    """Name and type in an English sentence: "Phú Thọ province", "District 1"; the name keeps its diacritics."""
    if full_name(type_vi, name_vi) == name_vi:
        return name_vi
    word = _ENGLISH_TYPES.get(fold_type(type_vi), type_vi)
    return f"{word.capitalize()} {name_vi}" if name_vi.isdigit() else f"{name_vi} {word}"


def called(type_vi: str, name_vi: str) -> Message:
    """Full name in both languages: "Tỉnh Phú Thọ", "Phú Thọ province"."""
    return Message(full_name(type_vi, name_vi), full_name_en(type_vi, name_vi))


def inside(type_vi: str, name_vi: str) -> Message:
    """The same in the middle of a sentence, where the type is written small: "tỉnh Phú Thọ"."""
    full = called(type_vi, name_vi)
    if full.vi == name_vi or name_vi.isdigit() or name_vi == _ALWAYS_GREAT:
        return full
    return Message(f"{full.vi[:1].lower()}{full.vi[1:]}", full.en)


def fold_short(folded_full: str, type_vi: str) -> str:
    """The folded name without its type word, from the folded full name."""
    return folded_full.removeprefix(f"{fold_type(type_vi)} ")


def plain(text: str) -> str:
    """`text` in one normal form with single spaces, case ignored, diacritics kept."""
    return " ".join(nfc(text).casefold().split())


def spell_out(text: str) -> str:
    """`text` with an abbreviated type word at its beginning written out, diacritics lost only there."""
    word, separator, rest = text.strip().replace(".", ". ", 1).partition(" ")
    long = ABBREVIATIONS.get(fold(word).rstrip("."))
    return f"{long} {rest.strip()}" if long and separator and rest.strip() else text


def split_type(text: str, types: Iterable[str]) -> list[tuple[str, str]]:
    """Readings of `text` as (folded type word or "", name as typed): without a type word first.

    "Tỉnh Phú Thọ" may be a name or a province called Phú Thọ; which one, only the data can tell.
    """
    spelled = " ".join(spell_out(text).split())
    readings = [("", " ".join(text.split()))]
    words = spelled.split(" ")
    fitting = (
        word for word in {fold_type(type_vi) for type_vi in types} if fold(spelled).startswith(f"{word} ")
    )
    return readings + [(word, " ".join(words[len(word.split(" ")) :])) for word in sorted(fitting)]


def nearest(text: str, names: Iterable[str], limit: int = 5) -> list[str]:
    """The names most like `text` after folding, best first; none when nothing is like it."""
    by_fold: dict[str, str] = {}
    for name in names:
        by_fold.setdefault(fold(name), name)
    return [by_fold[match] for match in difflib.get_close_matches(fold(text), by_fold, n=limit, cutoff=0.6)]
