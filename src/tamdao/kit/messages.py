"""Sentences that exist in Vietnamese and English.

Rules and parsers run without Django and therefore without gettext; they say what they found as a `Message`, and the
interface that shows it picks the language (the command line shows both).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in both languages."""

    vi: str
    en: str

    def text(self, lang: str = "vi") -> str:
        """The sentence in `lang`; anything but English reads Vietnamese, the first language of the house."""
        return self.en if lang.lower().startswith("en") else self.vi

    def __str__(self) -> str:
        return self.vi
