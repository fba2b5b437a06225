"""Forms about people and posts. They check and never save; the services decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tamdao.kit.errors import DomainError

from .. import access, words
from ..access import Actor
from ..models import Person
from ..policy import HELD, Capacity, Role
from .present import find_unit_id


def day(label: Any, *, required: bool = False) -> forms.DateField:
    """A date with the picker of the browser."""
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class HouseForm(forms.Form):
    """A form with a reason, whose refusals by a service stand beside the field they are about."""

    reason = forms.CharField(label=_("Lý do"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.order_fields([name for name in self.fields if name != "reason"])

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


class UnitField(forms.CharField):
    """A unit named by id, code or name; the cleaned value is its id."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return text
        try:
            return find_unit_id(text)
        except DomainError as error:
            raise forms.ValidationError(error.message.text(get_language() or "vi")) from error


def _choices(table: Any, keys: Any) -> list[tuple[str, str]]:
    lang = get_language() or "vi"
    return [(key.value, table[key].text(lang)) for key in keys]


class PostForm(HouseForm):
    """A role at a unit for a period."""

    role = forms.ChoiceField(label=_("Vai trò"))
    unit = UnitField(label=_("Đơn vị"), max_length=120, help_text=_("Tên, mã hoặc định danh của đơn vị."))
    capacity = forms.ChoiceField(label=_("Tư cách ký"), required=False)
    from_date = day(_("Từ ngày"), required=True)
    end_date = day(_("Đến trước ngày"))

    def __init__(self, *args: Any, roles: Any = HELD, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _choices(words.ROLES, roles)  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["capacity"].choices = _choices(words.CAPACITIES, Capacity)  # type: ignore[attr-defined]  # same


class PersonForm(PostForm):
    """A new person with a first post."""

    username = forms.SlugField(label=_("Tên đăng nhập"), max_length=80, allow_unicode=False)
    display_name = forms.CharField(label=_("Họ tên hoặc chức danh"), max_length=120)

    field_order = ("username", "display_name", "role", "unit", "capacity", "from_date", "end_date", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # user names of offices carry a full stop: chutich.phutho
        self.fields["username"] = forms.RegexField(
            r"^[a-z0-9][a-z0-9._-]*$", label=_("Tên đăng nhập"), max_length=80, label_suffix="",
            help_text=_("Chữ thường không dấu, số, dấu chấm."),
        )  # fmt: skip
        self.order_fields(self.field_order)


class EndForm(HouseForm):
    """The first day on which a post is no longer held."""

    on = day(_("Thôi giữ từ ngày"))


class GroupForm(HouseForm):
    """A working group, the unit that keeps it, the paper it rests on."""

    name = forms.CharField(label=_("Tên tổ công tác"), max_length=160)
    unit = UnitField(
        label=_("Đơn vị quản lý"), max_length=120, help_text=_("Tên, mã hoặc định danh của đơn vị.")
    )
    document = forms.CharField(label=_("Văn bản thành lập"), max_length=200, required=False)


class MemberForm(HouseForm):
    """Somebody whom the reader may choose."""

    receiver = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=80,
        help_text=_("Người của đơn vị mà bạn xem được; không gồm người chỉ cùng tổ công tác."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actor = actor

    def clean_receiver(self) -> Person:
        """The person of this user name whom the reader may choose; unknown and not to be chosen sound the same."""
        found = access.visible(self._actor, Person.objects.all(), "person", "choose").filter(
            username=self.cleaned_data["receiver"].strip()
        )
        person = found.first()
        if person is None:
            raise forms.ValidationError(_("Không có ai mang tên này trong những người bạn được chọn."))
        return person


class SubstituteForm(MemberForm):
    """Who, and for how long."""

    receiver = forms.CharField(
        label=_("Tên đăng nhập của người nhận"),
        max_length=80,
        help_text=_("Người của đơn vị mà bạn xem được; không gồm người chỉ cùng tổ công tác."),
    )
    from_date = day(_("Từ ngày"), required=True)
    end_date = day(_("Đến trước ngày"))


class DelegateForm(SubstituteForm):
    """What is lent, in which capacity, by which paper."""

    capacity = forms.ChoiceField(label=_("Hình thức"))
    pairs = forms.MultipleChoiceField(
        label=_("Chỉ những việc này"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Không chọn gì là toàn bộ quyền của chức vụ."),
    )
    document = forms.CharField(label=_("Văn bản ủy quyền"), max_length=200, required=False)

    def __init__(self, *args: Any, pairs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["capacity"].choices = _choices(words.CAPACITIES, (Capacity.TUQ, Capacity.TL))  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["pairs"].choices = pairs  # type: ignore[attr-defined]  # a ChoiceField


class RehomingForm(HouseForm):
    """Where a post goes on; empty: nowhere."""

    unit = forms.ChoiceField(label=_("Chuyển đến"), required=False)

    def __init__(self, *args: Any, heirs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [*heirs, ("", _("Không chuyển, kết thúc hẳn"))]  # type: ignore[attr-defined]  # a ChoiceField


def grantable(actor: Actor, *, action: str = "grant") -> list[Role]:
    """Roles that some right of the reader may give."""
    from django.utils import timezone

    from ..rules import may_give

    found = access.reach(actor, "post", action, at=timezone.localdate())
    givers = {ground.right.role for ground in found.grounds}
    return [role for role in HELD if may_give(role, givers)]
