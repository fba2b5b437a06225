"""Contrast of the colour tokens, WCAG 2.2: 4.5:1 for text, 3:1 for marks, in both themes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

TOKENS: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "frontend" / "tokens.json").read_text(encoding="utf-8")
)
THEMES = {"light": 0, "dark": 1}


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, WCAG 2.2 definition."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio, 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pairs() -> list[tuple[str, str, str, float]]:
    return [
        (theme, text, ground, rule["minimum"])
        for rule in TOKENS["pairs"].values()
        for theme in THEMES
        for ground in rule["on"]
        for text in rule["of"]
    ]


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("theme", "text", "ground", "minimum"), pairs())
def test_pair_is_readable(theme: str, text: str, ground: str, minimum: float) -> None:
    colours = TOKENS["colour"]
    found = contrast(colours[text][THEMES[theme]], colours[ground][THEMES[theme]])
    assert found >= minimum, f"{text} on {ground}, {theme}: {found:.2f} < {minimum}"


def test_every_state_and_pillar_is_measured() -> None:
    measured = {text for _, text, _, _ in pairs()}
    states = {name.removesuffix("-soft") for name in TOKENS["colour"] if name.endswith("-soft")} - {"brand"}
    assert states <= measured


@pytest.mark.parametrize("theme", THEMES)
def test_map_classes_run_one_way(theme: str) -> None:
    steps = [luminance(TOKENS["colour"][f"q{number}"][THEMES[theme]]) for number in range(5)]
    assert steps in (sorted(steps), sorted(steps, reverse=True))
