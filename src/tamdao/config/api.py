"""The HTTP API under /api/v1/: the routers of the layers put together, keys of clients, refusals as problem+json."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from ninja import NinjaAPI
from ninja.errors import AuthenticationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from tamdao import __version__
from tamdao.config.openapi import complete
from tamdao.config.parts import present
from tamdao.config.refusals import NOT_FOUND
from tamdao.core.ledger.api import become
from tamdao.core.people import access, api_clients
from tamdao.kit.web.rest import install_problem_handlers, problem_response

# prefix under /api/v1/ and the module whose `router` answers there
ROUTERS = (
    ("units/", "tamdao.core.units.rest"),
    ("people/", "tamdao.core.people.rest"),
    ("", "tamdao.facts.rest"),
    ("dti/", "tamdao.modules.scoring.rest"),
)


class ClientKey(HttpBearer):
    """`Authorization: Bearer td_…` names the client; without it the caller reads what the public may read.

    A key that is wrong or revoked is refused (401) rather than treated as no key, so that a client notices.
    """

    def __call__(self, request: HttpRequest) -> Any:
        if "Authorization" not in request.headers:
            return request.user if request.user.is_authenticated else "public"
        client = super().__call__(request)
        if client is None:
            raise AuthenticationError
        # read by kit.web.routes.operation, which asks what this client may do
        become(by=f"client:{client.name}")
        access.read_rows_as(client)
        request.api_client = client  # type: ignore[attr-defined]  # ours, on Django's request
        return client

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The client behind the key, None for a key that is not good."""
        return api_clients.find_by_key(token, at=timezone.now())


class DescribedAPI(NinjaAPI):
    """The framework's API whose document also tells what handlers and middleware answer."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document, complete; see `config.openapi`."""
        document = super().get_openapi_schema(**options)
        complete(document)
        return document


def build() -> NinjaAPI:
    """The API of this release, with its OpenAPI document at /api/v1/openapi.json."""
    made = DescribedAPI(
        title="Tam Đảo",
        version=__version__,
        description="Figures, targets, units and index results, each with the way back to its source. Values are "
        "decimal text, never JSON numbers. Refusals are problem details (RFC 9457) with a stable `code`. Every "
        "address that answers GET answers HEAD.",
        urls_namespace="api",
        auth=ClientKey(),
        # the bundled viewer needs inline scripts, which the content security policy forbids
        docs_url=None,
    )
    for prefix, module in ROUTERS:
        if present(module):
            made.add_router(prefix, import_string(f"{module}.router"))
    install_problem_handlers(made)

    @made.exception_handler(Http404)
    def on_absent(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem_response(request, status=404, code="not_found", message=NOT_FOUND)

    return made


api = build()
