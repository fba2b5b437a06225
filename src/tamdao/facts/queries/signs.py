"""What the sign of a value becomes when approximate values are combined. Pure.

A sum of "trên 100" and exactly 50 is still "trên 150": adding keeps the direction. Anything that could turn the
direction round (a quotient, a difference, two opposite signs) leaves no direction: "khoảng" where the inputs were
said to be about their values, "trên hoặc dưới" where bounds are among them, because nobody said that it is near.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

# Bounds of both directions met: nobody knows on which side of the number the truth lies.
EITHER_WAY: Final = "trên hoặc dưới"
EXACT: Final = "="
ABOUT: Final = "~"
_UPWARD = {"=", ">", ">="}
_DOWNWARD = {"=", "<", "<="}
_BOUNDS = {">", ">=", "<", "<="}


def of_sum(signs: Sequence[str]) -> str:
    """Sign of a sum or mean with positive weights."""
    kinds = set(signs)
    if kinds <= {EXACT}:
        return EXACT
    if kinds <= _UPWARD:
        return ">" if ">" in kinds else ">="
    if kinds <= _DOWNWARD:
        return "<" if "<" in kinds else "<="
    return ABOUT


def of_weighted(signs: Sequence[str], weight_signs: Sequence[str]) -> str:
    """Sign of a weighted mean: an approximate weight may move the mean either way."""
    return of_sum(signs) if set(weight_signs) <= {EXACT} else ABOUT


def of_max(signs: Sequence[str], at_maximum: Sequence[bool]) -> str:
    """Sign of the largest of several values; `at_maximum` tells which of them equal it."""
    kinds = set(signs)
    top = {sign for sign, is_top in zip(signs, at_maximum, strict=True) if is_top}
    if kinds <= {EXACT}:
        return EXACT
    if kinds <= _UPWARD:
        return ">" if ">" in top else ">="
    if kinds <= _DOWNWARD:
        # an exact value at the top can't be undercut by one that is only bounded from above
        if EXACT in top:
            return EXACT
        return "<=" if "<=" in top else "<"
    return ABOUT


def of_formula(signs: Sequence[str], *, adds_only: bool) -> str:
    """Sign of a formula; `adds_only` when it does nothing but add its inputs."""
    if set(signs) <= {EXACT}:
        return EXACT
    return of_sum(signs) if adds_only else ABOUT


def word(sign: str, inputs: Iterable[tuple[str, str]]) -> str:
    """Word for a combined sign, from the (sign, word) of the inputs; "" where the sign says it all."""
    if sign != ABOUT:
        return ""
    return EITHER_WAY if any(one in _BOUNDS or said == EITHER_WAY for one, said in inputs) else ""
