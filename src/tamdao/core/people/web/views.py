"""Choosing in which of several posts to work."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

SESSION_KEY = "post"


@require_POST
def switch_role(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen post in the session; a post that is not held is ignored wherever it is read."""
    request.session[SESSION_KEY] = request.POST.get("post", "")[:80]
    following = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}):
        following = "/"
    return redirect(following)
