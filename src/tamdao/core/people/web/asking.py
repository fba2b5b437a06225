"""One way in which every form about people is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .people_forms import HouseForm
from .views import private


def answered(
    request: HttpRequest,
    form: HouseForm,
    call: Callable[[dict[str, Any]], object],
    *,
    done: str | Callable[[], str],
    to: Callable[[], HttpResponse],
    back: str,
    template: str = "people/form.html",
    **context: Any,
) -> HttpResponse:
    """The page with the form; when it was sent, `call` with its values, then `done` is said and `to` leads on.
    `back` is the address for whoever thinks better of it.

    A refusal shows the form again with its reasons beside the fields, under the status of the refusal.
    """
    status = 200
    if request.method == "POST":
        status = form.run(call)
        if status == 200:
            messages.success(request, done() if callable(done) else done)
            return to()
    return private(render(request, template, {"form": form, "back": back, **context}, status=status))
