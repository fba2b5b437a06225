"""What browsers are told with every answer: everything from this address, nothing inline, no eval, no devices.

`data:` images are allowed for pictures a page makes itself. JSON in `<script type="application/json">` is a data block,
which the policy doesn't concern. Whoever needs more changes this table, not a template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponseBase

DIRECTIVES: Mapping[str, tuple[str, ...]] = {
    "default-src": ("'self'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "object-src": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
}
HEADER = "Content-Security-Policy"
# what no page of ours uses is refused to whatever might get into one; nobody may load our answers as parts of theirs
OTHERS: Mapping[str, str] = {
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def policy(directives: Mapping[str, tuple[str, ...]] = DIRECTIVES) -> str:
    """The header's value."""
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


class ContentSecurityPolicyMiddleware:
    """Puts the headers on every response that doesn't already carry (stricter) ones of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.value = policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, self.value)
        for name, value in OTHERS.items():
            response.headers.setdefault(name, value)
        return response
