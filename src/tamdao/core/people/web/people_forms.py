"""Forms about people and posts. They check and never save; the services decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tamdao.core.units import api as units
from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.web.forms import DayField, OfferingInput, speak_plainly

from .. import access, rules, words
from ..access import Actor
from ..models import RoleHolding
from ..policy import HELD, Capacity, Role
from .choosing import find_person, find_unit_id, offered_people, offered_units, text_of

UNIT_HELP = _("Tên hoặc mã, ví dụ: Tỉnh Phú Thọ; Xã Tân Lập, tỉnh Lâm Đồng.")
UNTIL_HELP = _("Để trống nếu chưa định ngày kết thúc.")


class HouseForm(forms.Form):
    """A form with a reason, whose refusals by a service stand beside the field they are about.

    What rules can say of the values alone is said together with what is malformed, so that everything comes at once.
    """

    reason = forms.CharField(label=_("Lý do"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.order_fields([name for name in self.fields if name != "reason"])

    def foresee(self, cleaned: dict[str, Any]) -> Sequence[Problem]:
        """Problems that follow from the values that are well-formed; others are missing from `cleaned`."""
        return ()

    def clean(self) -> dict[str, Any]:
        """Adds what is foreseen."""
        cleaned = super().clean() or {}
        lang = get_language() or "vi"
        for problem in self.foresee(dict(cleaned)):
            field = problem.field if problem.field in self.fields else None
            if field not in self.errors:
                self.add_error(field, problem.message.text(lang))
        return cleaned

    def run(self, call: Callable[[dict[str, Any]], object]) -> int:
        """`call` with the cleaned values; the HTTP status: 200 done, otherwise that of the refusal, now in the form.

        What is not found is not answered here: it looks the same everywhere.
        """
        if not self.is_valid():
            return 422
        lang = get_language() or "vi"
        try:
            call(self.cleaned_data)
        except DomainError as error:
            if error.status == 404:
                raise
            for problem in error.problems:
                self.add_error(
                    problem.field if problem.field in self.fields else None, problem.message.text(lang)
                )
            if not error.problems:
                self.add_error(None, error.message.text(lang))
            return error.status
        return 200


def _until() -> DayField:
    return DayField(label=_("Đến trước ngày"), required=False, help_text=UNTIL_HELP)


class UnitField(forms.CharField):
    """A unit named by name, code or id; the cleaned value is its id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, help_text=UNIT_HELP, widget=OfferingInput(), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return text
        try:
            return find_unit_id(text)
        except DomainError as error:
            raise forms.ValidationError(text_of(error)) from error


class PersonField(forms.CharField):
    """Somebody whom the reader (`actor`, set by the form) may see; the cleaned value is the person."""

    actor: Actor = None

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("Gõ tên đăng nhập hoặc họ tên; gồm những người xem được ở trang Người dùng.")
        super().__init__(max_length=120, help_text=help_text, widget=OfferingInput(), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return find_person(self.actor, text)
        except DomainError as error:
            raise forms.ValidationError(text_of(error)) from error


def offer_units(form: forms.Form, actor: Actor, resource: str, action: str) -> None:
    """The unit field of `form` offers those at which `actor` may do this."""
    at = timezone.localdate()
    form.fields["unit"].widget.offered = offered_units(actor, resource, action, at=at)


def period_problems(cleaned: dict[str, Any]) -> list[Problem]:
    """What rules say of `from_date` and `end_date` as far as they are there."""
    start = cleaned.get("from_date")
    if start is None:
        return []
    period = rules.Period(start, cleaned.get("end_date"))
    return rules.period_problems(period, today=timezone.localdate(), backdated=False)


def _choices(table: Any, keys: Any) -> list[tuple[str, str]]:
    lang = get_language() or "vi"
    return [(key.value, table[key].text(lang)) for key in keys]


class PostForm(HouseForm):
    """A role at a unit for a period."""

    role = forms.ChoiceField(label=_("Vai trò"))
    unit = UnitField(label=_("Đơn vị"))
    capacity = forms.ChoiceField(label=_("Tư cách ký"), required=False)
    from_date = DayField(label=_("Từ ngày"))
    end_date = _until()

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _choices(words.ROLES, grantable(actor))  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["capacity"].choices = _choices(words.CAPACITIES, Capacity)  # type: ignore[attr-defined]  # same
        offer_units(self, actor, "post", "grant")

    def foresee(self, cleaned: dict[str, Any]) -> Sequence[Problem]:
        """The period has a day in it, does not begin in the past, and the unit exists then."""
        found = period_problems(cleaned)
        row = units.find_row(cleaned.get("unit", ""))
        if row is not None and cleaned.get("from_date"):
            period = rules.Period(cleaned["from_date"], cleaned.get("end_date"))
            found += rules.unit_problems(period, rules.Period(row.first_date, row.end_date))
        return found


class PersonForm(PostForm):
    """A new person with a first post."""

    username = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]*$",
        label=_("Tên đăng nhập"),
        max_length=80,
        help_text=_("Chữ thường không dấu, số, dấu chấm."),
        error_messages={
            "invalid": _("Chỉ dùng chữ thường không dấu, chữ số, dấu chấm, gạch nối; không có dấu cách.")
        },
    )
    display_name = forms.CharField(label=_("Họ tên hoặc chức danh"), max_length=120)

    field_order = ("username", "display_name", "role", "unit", "capacity", "from_date", "end_date", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)


class EndForm(HouseForm):
    """The first day on which a post is no longer held."""

    on = DayField(label=_("Thôi giữ từ ngày"))

    def foresee(self, cleaned: dict[str, Any]) -> Sequence[Problem]:
        """Nothing ends in the past."""
        return rules.end_problems(cleaned["on"], today=timezone.localdate()) if cleaned.get("on") else ()


class GroupForm(HouseForm):
    """A working group, the unit that keeps it, the paper it rests on."""

    name = forms.CharField(label=_("Tên tổ công tác"), max_length=160)
    unit = UnitField(label=_("Đơn vị quản lý"))
    document = forms.CharField(label=_("Văn bản thành lập"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self, actor, "group", "manage")


class MemberForm(HouseForm):
    """Somebody whom the reader may see."""

    receiver = PersonField(label=_("Thành viên"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["receiver"]
        field.actor = actor
        field.widget.offered = offered_people(actor, at=timezone.localdate())


class SubstituteForm(MemberForm):
    """Who, and for how long."""

    receiver = PersonField(label=_("Người nhận"))
    from_date = DayField(label=_("Từ ngày"))
    end_date = _until()

    def foresee(self, cleaned: dict[str, Any]) -> Sequence[Problem]:
        """The period has a day in it and does not begin in the past."""
        return period_problems(cleaned)


class DelegateForm(SubstituteForm):
    """What is lent of a post, in which capacity, by which paper."""

    capacity = forms.ChoiceField(label=_("Hình thức"))
    pairs = forms.MultipleChoiceField(
        label=_("Chỉ những việc này"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Không chọn gì là toàn bộ quyền của chức vụ."),
    )
    document = forms.CharField(label=_("Văn bản ủy quyền"), max_length=200, required=False)

    def __init__(self, *args: Any, holding: RoleHolding, pairs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._holding = holding
        self.fields["capacity"].choices = _choices(words.CAPACITIES, (Capacity.TUQ, Capacity.TL))  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["pairs"].choices = pairs  # type: ignore[attr-defined]  # a ChoiceField

    def foresee(self, cleaned: dict[str, Any]) -> Sequence[Problem]:
        """Beside the period: an authorisation has an end and a paper, and lies within the time of the post."""
        found = list(super().foresee(cleaned))
        if cleaned.get("from_date") and cleaned.get("capacity"):
            post = self._holding
            ends = [day for day in (post.end_date, post.unit.end_date) if day is not None]
            found += rules.lending_problems(
                role=Role(post.role),
                capacity=Capacity(cleaned["capacity"]),
                pairs=cleaned.get("pairs", ()),
                period=rules.Period(cleaned["from_date"], cleaned.get("end_date")),
                post=rules.Period(post.from_date, min(ends, default=None)),
                document=cleaned.get("document", ""),
            )
        return found


class RehomingForm(HouseForm):
    """Where a post goes on, or that it goes on nowhere. A single heir is proposed; among several nobody chooses by
    forgetting to.
    """

    NOWHERE = "-"
    unit = forms.ChoiceField(label=_("Chuyển đến"))

    def __init__(self, *args: Any, heirs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*heirs, (self.NOWHERE, _("Không chuyển, kết thúc hẳn"))]
        if len(heirs) != 1:
            choices.insert(0, ("", _("Chọn một")))
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean_unit(self) -> str | None:
        """The unit, None for nowhere."""
        unit: str = self.cleaned_data["unit"]
        return None if unit == self.NOWHERE else unit


def grantable(actor: Actor, *, action: str = "grant") -> list[Role]:
    """Roles that some right of the reader may give."""
    found = access.reach(actor, "post", action, at=timezone.localdate())
    givers = {ground.right.role for ground in found.grounds}
    return [role for role in HELD if rules.may_give(role, givers)]
