"""Vietnamese text: normal form, search folding, dictionary order."""

from __future__ import annotations

import random
import unicodedata

import pytest

from tamdao.kit.text import fold, nfc, search_words, sort_key

LEGACY_HALF_COMPOSED = "V\u0129nh Phu\u0301c"  # precomposed ĩ, combining acute


@pytest.mark.parametrize(
    "text", [unicodedata.normalize("NFD", "Vĩnh Phúc"), LEGACY_HALF_COMPOSED, "Vĩnh Phúc"]
)
def test_every_encoding_becomes_the_composed_form(text: str) -> None:
    assert nfc(text) == "Vĩnh Phúc"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đắk Lắk", "dak lak"),
        ("  Thừa   Thiên\tHuế ", "thua thien hue"),
        (unicodedata.normalize("NFD", "Hưng Yên"), "hung yen"),
        ("Ð\u1ed3ng Nai", "dong nai"),  # eth, as old fonts left it
        ("ＤＴＩ", "dti"),
        ("TP. Hồ Chí Minh", "tp. ho chi minh"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_search_words_leave_out_punctuation() -> None:
    assert search_words("Bà Rịa - Vũng Tàu (Quận 1)") == ("ba", "ria", "vung", "tau", "quan", "1")


@pytest.mark.parametrize(
    "ordered",
    [
        # letters
        ["an", "ăn", "ân", "ba", "ca", "da", "đa", "em", "êm", "oi", "ôi", "ơi", "ta", "um", "ưm", "va"],
        # tones: ngang, huyền, hỏi, ngã, sắc, nặng
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        # a shorter syllable first, letters before tones
        ["ha", "hạ", "hai", "hải"],
        # syllable by syllable, not over the whole string
        ["Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hạ Long", "Hải Dương", "Hải Phòng", "Hậu Giang"],
        ["An Giang", "Bà Rịa - Vũng Tàu", "Bạc Liêu", "Bắc Giang", "Bắc Ninh", "Bến Tre", "Bình Dương"],
        ["Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai"],
        # numbers by value, before words
        ["Phường 2", "Phường 10", "Phường An Phú"],
        # case decides last
        ["AN", "An", "an", "anh"],
    ],
)
def test_dictionary_order(ordered: list[str]) -> None:
    shuffled = ordered.copy()
    random.Random(7).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == ordered


def test_order_does_not_depend_on_the_encoding_or_the_place_of_the_tone_mark() -> None:
    assert sort_key(unicodedata.normalize("NFD", "Hòa Bình")) == sort_key("Hòa Bình")
    assert sort_key("Hòa")[0] == sort_key("Hoà")[0]
    assert sort_key("Ðồng Nai")[0] == sort_key("Đồng Nai")[0]


def test_foreign_letters_stand_with_their_base_letter() -> None:
    assert sorted(["nz", "ña", "na"], key=sort_key) == ["na", "ña", "nz"]
    assert sort_key("日本") > sort_key("zz")
