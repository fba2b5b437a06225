"""Full names in English: the type after the name, before a number; a country is called by its name."""

from __future__ import annotations

import pytest

from tamdao.core.units.names import full_name_en, inside


@pytest.mark.parametrize(
    ("kind", "name", "full"),
    [
        ("Tỉnh", "Hưng Yên", "Hưng Yên province"),
        ("Thành phố", "Đà Nẵng", "Đà Nẵng city"),
        ("Quận", "1", "District 1"),
        ("Phường", "12", "Ward 12"),
        ("Đặc khu", "Phú Quốc", "Phú Quốc special zone"),
        ("Nước", "Việt Nam", "Việt Nam"),
        ("Bản", "Mù", "Mù Bản"),
        ("", "Sở Y tế", "Sở Y tế"),
    ],
)
def test_full_names_in_english(kind: str, name: str, full: str) -> None:
    assert full_name_en(kind, name) == full


@pytest.mark.parametrize(
    ("kind", "name", "full"),
    [
        ("Tỉnh", "Hưng Yên", "tỉnh Hưng Yên"),
        ("Thành phố", "Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("Quận", "1", "Quận 1"),
        ("Nước", "Việt Nam", "Việt Nam"),
    ],
)
def test_the_type_is_small_inside_a_sentence(kind: str, name: str, full: str) -> None:
    assert inside(kind, name).vi == full
