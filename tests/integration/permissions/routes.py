"""Every page and every operation of the API, read from the URL configuration, with its contract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, reverse

from tamdao.config.api import api
from tamdao.kit.web.routes import contract_of
from tests.meta.test_urls import OPEN, patterns

from .expected import OBJECTS, SAMPLES

PAGE_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NOWHERE = 999_999_999
# what an operation can't be asked without
QUERIES = {"explain_access": "?pair=person.view", "explain_own_access": "?pair=person.view"}


@dataclass(frozen=True)
class Route:
    """One page or operation. `name` is that of the page or the operation id."""

    name: str
    pair: str
    arguments: tuple[str, ...]
    methods: tuple[str, ...]
    path: str = ""

    @property
    def kind(self) -> str | None:
        """The kind of object its argument names, if that is one of people."""
        return OBJECTS.get(self.name)

    def url(self, key: int | None = None) -> str:
        """Its address, about the object `key` where it has one."""
        values = {
            name: key if key is not None and position == 0 else SAMPLES.get(name, "1")
            for position, name in enumerate(self.arguments)
        }
        if self.path:
            return re.sub(r"{(\w+)}", lambda found: str(values[found[1]]), self.path) + QUERIES.get(
                self.name, ""
            )
        return reverse(self.name, kwargs=values)


def pages() -> Iterator[Route]:
    """Every page. One without a contract has the pair `none.none`, which no specification knows."""
    for path, page in patterns(get_resolver()):
        if path.startswith("api/") and (path in OPEN or ":" not in str(page.name)):
            continue
        contract = contract_of(page)
        pair = f"{contract.resource}.{contract.action}" if contract else "none.none"
        arguments = tuple(re.findall(r"<(?:\w+:)?(\w+)>", path))
        yield Route(str(page.name), pair, arguments, PAGE_METHODS)


def operations() -> Iterator[Route]:
    """Every operation of the API."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                contract: Any = getattr(operation.view_func, "contract", None)
                pair = f"{contract.resource}.{contract.action}" if contract else "none.none"
                whole = "/api/v1/" + "/".join(part.strip("/") for part in (prefix, path) if part.strip("/"))
                if path.endswith("/") or (not path and prefix):
                    whole += "/"
                yield Route(
                    str(operation.operation_id),
                    pair,
                    tuple(re.findall(r"{(?:\w+:)?(\w+)}", whole)),
                    tuple(operation.methods),
                    whole,
                )


def every() -> list[Route]:
    """All of them."""
    return [*pages(), *operations()]


def ask(client: Client, route: Route, method: str, *, key: int | None = None, body: Any = None) -> Any:
    """One request. Commands get a body that is well formed and refused for its empty reason: nothing is written."""
    url = route.url(key)
    if method in {"POST", "PUT", "PATCH", "DELETE"} and route.path:
        return client.generic(method, url, data=body or b"{}", content_type="application/json")
    return client.generic(method, url)


def outcome(response: HttpResponseBase) -> str:
    """`refused` at the door, `absent`, `no method`, or `entered` (whatever came of it inside)."""
    status = response.status_code
    if status == 302 and "/accounts/login/" in response.headers["Location"]:
        return "refused"
    if status == 403 and '"code":"people.' in getattr(response, "content", b"").decode():
        return "entered"  # a service looked at the object and said why not
    return {401: "refused", 403: "refused", 404: "absent", 405: "no method"}.get(status, "entered")
