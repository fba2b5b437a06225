"""Every URL and API operation names resource and action, and the policy table knows the pair."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tamdao.config.api import api
from tamdao.core.people.policy import POLICY, Role
from tamdao.kit.web.routes import Contract, contract_of

# pages of the framework that need no contract: the OpenAPI document is as public as the API it describes
OPEN = {"api/v1/openapi.json", "api/v1/"}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path)
        else:
            yield path, entry


def known(contract: Contract) -> bool:
    return any(contract.action in POLICY[role].get(contract.resource, frozenset()) for role in Role)


def test_every_page_has_a_contract_the_policy_knows() -> None:
    pages = [(path, page) for path, page in patterns(get_resolver()) if not path.startswith("api/")]
    assert len(pages) > 5
    for path, page in pages:
        contract = contract_of(page)
        assert contract is not None, f"{path} was not registered with route(...)"
        assert known(contract), f"{path}: nobody may {contract.action} {contract.resource}"
        assert page.name, f"{path} has no name"


def test_every_operation_of_the_api_has_a_contract() -> None:
    count = 0
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                contract = getattr(operation.view_func, "contract", None)
                where = f"{prefix}{path}"
                assert isinstance(contract, Contract), f"{where} has no @operation(resource, action)"
                assert known(contract), f"{where}: nobody may {contract.action} {contract.resource}"
                count += 1
    assert count > 0


def test_route_names_are_unique() -> None:
    names = [page.name for path, page in patterns(get_resolver()) if not path.startswith("api/")]
    assert len(names) == len(set(names))
