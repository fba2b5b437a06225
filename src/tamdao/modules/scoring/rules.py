"""How points become scores: main indices, total, pillars. Pure; exact fractions; unknown parts stay None.

Score of a main index = points won / points assessed. The total adds the points of the scored main indices. A pillar is
not its activity index: it takes all foundation points and those of its own activity,

    pillar = (foundation points + own activity points) / (their maximum),

so the three overlap and are never added up. Where foundation indices are not published, their points follow from the
total: foundation points = total points - the three activities' points (*derived*).

Source: the published results of 2022-2024, which these rules reproduce to the fourth decimal (see README).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from tamdao.kit.messages import Message
from tamdao.kit.numbers import round_half_up

Pillar = Literal["government", "economy", "society"]
PILLARS: Mapping[Pillar, Message] = {
    "government": Message("Chính quyền số", "Digital government"),
    "economy": Message("Kinh tế số", "Digital economy"),
    "society": Message("Xã hội số", "Digital society"),
}
SCORE_DECIMALS = 4
TOTAL_KEY = "DTI"


@dataclass(frozen=True, slots=True)
class Main:
    """A scored main index: its key, the points assessed (None where not known), and the pillar of an activity."""

    key: str
    points: Fraction | None
    pillar: Pillar | None = None

    @property
    def foundation(self) -> bool:
        """Whether it counts in every pillar."""
        return self.pillar is None


@dataclass(frozen=True, slots=True)
class Scheme:
    """The scored main indices of an edition and the points assessed in all."""

    mains: tuple[Main, ...]
    total: Fraction | None

    @property
    def foundation(self) -> tuple[Main, ...]:
        """Main indices of the foundation group."""
        return tuple(main for main in self.mains if main.foundation)

    @property
    def activities(self) -> tuple[Main, ...]:
        """Main indices of the activity group."""
        return tuple(main for main in self.mains if not main.foundation)

    def activity(self, pillar: Pillar) -> Main | None:
        """The activity index of a pillar; None when the edition has not exactly one."""
        own = [main for main in self.mains if main.pillar == pillar]
        return own[0] if len(own) == 1 else None


@dataclass(frozen=True, slots=True)
class Points:
    """Points won and their maximum; `derived` when they follow from other figures instead of being published."""

    won: Fraction
    maximum: Fraction
    derived: bool = False

    @property
    def score(self) -> Fraction:
        """Points won / maximum; points are only made with a maximum above zero."""
        return self.won / self.maximum


Scores = Mapping[str, Fraction]


def points_won(main: Main, scores: Scores) -> Fraction | None:
    """Score × points assessed; None when either is not known."""
    score = scores.get(main.key)
    return None if score is None or main.points is None else score * main.points


def index_key(pillar: Pillar) -> str:
    """Key of a pillar in tables: "pillar:Chính quyền số"."""
    return f"pillar:{PILLARS[pillar].vi}"


def total_points(scheme: Scheme, scores: Scores) -> Points | None:
    """Points of the total: from the published total, else added up from all main indices (derived)."""
    published = scores.get(TOTAL_KEY)
    if published is not None and scheme.total:
        return Points(published * scheme.total, scheme.total)
    return _added(scheme.mains, scores, derived=True)


def foundation_points(scheme: Scheme, scores: Scores) -> Points | None:
    """Foundation points: the sum of the published indices, else total points - the activities' points (derived)."""
    if not scheme.foundation:
        return None
    published = _added(scheme.foundation, scores)
    if published is not None:
        return published
    total, activities = total_points(scheme, scores), _added(scheme.activities, scores)
    if total is None or activities is None:
        return None
    maximum = total.maximum - activities.maximum
    return Points(total.won - activities.won, maximum, derived=True) if maximum > 0 else None


def pillar_points(scheme: Scheme, scores: Scores, pillar: Pillar) -> Points | None:
    """Points of a pillar; None where a part is not known or the edition does not compose its pillars."""
    activity = scheme.activity(pillar)
    foundation = foundation_points(scheme, scores)
    if activity is None or foundation is None or activity.points is None:
        return None
    won = points_won(activity, scores)
    if won is None:
        return None
    return Points(foundation.won + won, foundation.maximum + activity.points, foundation.derived)


def composes_pillars(scheme: Scheme) -> bool:
    """Whether pillars are made of foundation and activity (since 2021); before, they were parts of the total."""
    return bool(scheme.foundation) and all(scheme.activity(pillar) is not None for pillar in PILLARS)


def displayed(score: Fraction) -> Decimal:
    """A score as shown and ranked: four decimals, half up."""
    return round_half_up(score, SCORE_DECIMALS)


def _added(mains: tuple[Main, ...], scores: Scores, *, derived: bool = False) -> Points | None:
    """Points of several main indices, None unless all are known: never a partial sum."""
    won, maximum = Fraction(0), Fraction(0)
    for main in mains:
        own = points_won(main, scores)
        if own is None or main.points is None:
            return None
        won, maximum = won + own, maximum + main.points
    return Points(won, maximum, derived) if maximum > 0 else None
