"""What the forms of all pages share: days as offices write them, inputs that offer what fits, plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tamdao.kit.dates import format_date, parse_date
from tamdao.kit.errors import DomainError


class DayField(forms.Field):
    """A day written `27/11/2026`. Not the browser's own picker: that one follows the language of the browser, and
    where it is English `01/07` would be read as the seventh of January.
    """

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "placeholder": _("ngày/tháng/năm"), "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """What was typed stays as it was typed."""
        return format_date(value) if isinstance(value, date) else value

    def to_python(self, value: Any) -> date | None:
        """None for an empty field; ValidationError with the sentence of `parse_date`."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return parse_date(text)
        except DomainError as error:
            raise ValidationError(error.message.text(get_language() or "vi"), code="invalid") from error


class OfferingInput(forms.TextInput):
    """A text input that offers `offered` (value, words beside it) while one types; anything else may be typed too."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.offered: Sequence[tuple[str, str]] = ()

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: Any = None) -> dict[str, Any]:
        """Leads the browser to the list, which the template of the field draws."""
        attrs = super().build_attrs(base_attrs, extra_attrs)
        if self.offered and "id" in attrs:
            attrs |= {"list": f"{attrs['id']}_offered", "autocomplete": "off"}
        return attrs


def speak_plainly(form: forms.Form) -> None:
    """The form has no colon behind its labels, and an empty field is called by its name."""
    form.label_suffix = ""
    for field in form.fields.values():
        label = str(field.label or "")
        named = f"{label[:1].lower()}{label[1:]}"
        choosing = isinstance(field, forms.ChoiceField)
        sentence = gettext("Chưa chọn: %(label)s.") if choosing else gettext("Chưa điền: %(label)s.")
        field.error_messages["required"] = sentence % {"label": named}
