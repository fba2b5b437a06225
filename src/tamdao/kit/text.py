"""Vietnamese text: normal form, folding for search, alphabetical order.

Vietnamese arrives in three encodings of the same letters: precomposed (NFC), fully decomposed (NFD, from
macOS and PDF files) and half-composed (windows-1258: "â" followed by a combining tone). All functions here
accept all three.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# The eth (U+00D0, U+00F0) looks like đ and stands in its place in much data typed with old Vietnamese fonts.
_STROKED_D = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})
_ETH_TO_STROKED_D = str.maketrans({"ð": "đ", "Ð": "Đ"})

# The alphabet in its order; the letters with breve, circumflex, horn or stroke are letters of their own.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: rank for rank, letter in enumerate(_LETTERS, start=1)}

# Tones in dictionary order: ngang (no mark), huyền, hỏi, ngã, sắc, nặng.
_TONE_RANK = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}

_TOKENS = re.compile(r"[0-9]+|[^\W\d_]+")


class SyllableKey(NamedTuple):
    """One syllable or number, compared field by field: numbers before words, letters before tone."""

    is_word: bool
    number: int
    letters: tuple[int, ...]
    tone: int


SortKey = tuple[tuple[SyllableKey, ...], str, str]


def nfc(text: str) -> str:
    """`text` in the composed normal form, the only one that is stored and compared."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`text` for searching: no diacritics, đ as d, lower case, runs of white space as one space.

    Compatibility forms (full-width letters, ligatures) become plain ones. Punctuation stays: see
    `search_words`.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_STROKED_D))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.casefold().split())


def search_words(text: str) -> tuple[str, ...]:
    """The folded words and numbers of `text`, no punctuation: "Bà Rịa - Vũng Tàu" → ba, ria, vung, tau."""
    return tuple(_TOKENS.findall(fold(text)))


def sort_key(text: str) -> SortKey:
    """A key that sorts as a Vietnamese dictionary does.

    Syllable by syllable; within a syllable first the letters (a ă â b c d đ e ê … o ô ơ … u ư …), then the
    tone (ngang, huyền, hỏi, ngã, sắc, nặng), wherever the mark is placed ("hòa" beside "hoà"). So all "Hà …"
    stand before all "Hạ …", which plain string order and whole-string collations don't give. Numbers compare
    by value ("Quận 2" before "Quận 10") and stand before words. Case and punctuation decide only between
    otherwise equal texts.
    """
    composed = nfc(text)
    tokens = _TOKENS.findall(nfc(composed.translate(_ETH_TO_STROKED_D).lower()))
    return tuple(_syllable_key(token) for token in tokens), composed.casefold(), composed


# names repeat a few thousand syllables; a page that sorts units would work each of them out hundreds of times
@lru_cache(maxsize=16_384)
def _syllable_key(token: str) -> SyllableKey:
    if token[0] in "0123456789":
        return SyllableKey(is_word=False, number=int(token), letters=(), tone=0)
    letters: list[int] = []
    tone = 0
    for char in token:
        marks = [mark for mark in unicodedata.normalize("NFD", char)[1:] if mark in _TONE_RANK]
        tone = max([tone, *(_TONE_RANK[mark] for mark in marks)])
        letters.append(_letter_rank(char))
    return SyllableKey(is_word=True, number=0, letters=tuple(letters), tone=tone)


def _letter_rank(char: str) -> int:
    """The place of a letter; its tone doesn't count.

    Letters foreign to Vietnamese come as their base letter or last.
    """
    decomposed = unicodedata.normalize("NFD", char)
    toneless = nfc("".join(mark for mark in decomposed if mark not in _TONE_RANK))
    rank = _LETTER_RANK.get(toneless) or _LETTER_RANK.get(decomposed[0])
    return rank if rank is not None else len(_LETTERS) + ord(decomposed[0])
