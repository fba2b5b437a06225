"""Every control of the product holds, with the settings of the product."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.security.controls import CONTROLS

# what an instance behind TLS sets (config/settings.py, TAMDAO_HTTPS=1); tests/meta/test_deploy.py looks at the real one
TLS = {
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
}
BEHIND_TLS = {"api-plain-http", "transport-security", "cookie-host", "cookie-planted"}


@pytest.fixture(autouse=True)
def _settings(request: pytest.FixtureRequest, db: None) -> Iterator[None]:
    name = request.node.callspec.params.get("name", "")
    with override_settings(**(TLS if name in BEHIND_TLS else {})):
        yield


@pytest.mark.parametrize("name", CONTROLS)
def test_control_holds(name: str) -> None:
    CONTROLS[name]()
