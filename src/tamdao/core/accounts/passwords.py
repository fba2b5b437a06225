"""Passwords that anybody here would guess first, beside Django's own list of common ones."""

from __future__ import annotations

import re
import unicodedata

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

# Without diacritics, digits and signs: what is left when "MậtKhẩu@2026" is looked at.
_WORDS = """
    matkhau matkhaucuatoi matkhaumacdinh doimatkhau khongcomatkhau quantri quantrivien hethong quantrihethong
    chutich chutichtinh lanhdao congchuc chuyenvien uybannhandan ubnd ubndtinh ubndxa hoidongnhandan tinhuy
    thanhpho tinhphutho phutho vinhphuc hoabinh viettri hungyen thaibinh vinhlong bentre travinh tamdao hanoi
    hochiminh saigon danang haiphong cantho vietnam toiyeuvietnam vietnamvodich toiyeuem anhyeuem emyeuanh yeuem
    toiyeuban xinchao chaocacban khongbiet motnamba motbamot chuyendoiso chinhphuso chinhquyenso dichvucong
    vanthu vanphong vanphongubnd admin administrator password welcome qwerty qwertyuiop asdfghjkl zxcvbnm
    abcdef letmein iloveyou
"""
OBVIOUS = frozenset(_WORDS.split())


def letters(password: str) -> str:
    """The letters of a password in lower case, without diacritics, digits and signs."""
    plain = unicodedata.normalize("NFD", password.lower().replace("đ", "d"))
    return re.sub("[^a-z]", "", plain)


class ObviousPasswordValidator:
    """Refuses a password whose letters are one obvious word, or the same one over and over."""

    def validate(self, password: str, user: object = None) -> None:
        """ValidationError for an obvious password."""
        found = letters(password)
        repeated = (found[: len(found) // times] for times in (1, 2, 3) if len(found) % times == 0)
        if any(piece in OBVIOUS and found == piece * (len(found) // len(piece)) for piece in repeated):
            raise ValidationError(
                gettext("Mật khẩu này quá dễ đoán: bỏ dấu, chữ số và ký hiệu thì chỉ còn một từ thông dụng."),
                code="password_obvious",
            )

    def get_help_text(self) -> str:
        """The rule in words."""
        return gettext("Không là một từ thông dụng như “mật khẩu”, tên tỉnh, tên chức vụ kèm vài chữ số.")


def check(password: str, person: object) -> None:
    """ValidationError with every rule that a new password breaks, each in a sentence of ours: Django's own are not
    all translated.
    """
    sentences = {
        "password_too_short": gettext("Mật khẩu quá ngắn: cần từ 12 ký tự trở lên."),
        "password_too_common": gettext("Mật khẩu này nhiều người dùng, dễ bị đoán."),
        "password_entirely_numeric": gettext("Mật khẩu không được chỉ gồm chữ số."),
        "password_too_similar": gettext("Mật khẩu quá giống tên đăng nhập hoặc họ tên."),
    }
    try:
        validate_password(password, person)  # type: ignore[arg-type]  # a person, or nobody yet
    except ValidationError as error:
        raise ValidationError(
            [
                ValidationError(sentences[one.code], code=one.code) if one.code in sentences else one
                for one in error.error_list
            ]
        ) from error
