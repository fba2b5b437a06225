"""`check --deploy` finds nothing to warn of in an instance behind TLS, and the protection of browsers is on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHECK = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tamdao.config.settings"
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
assert settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SECURE_SSL_REDIRECT
assert settings.SECURE_HSTS_SECONDS >= 365 * 24 * 3600 and settings.SECURE_HSTS_INCLUDE_SUBDOMAINS
assert not settings.DEBUG
"""


def checked(home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TAMDAO_", "DJANGO_"))}
    path = os.pathsep.join(filter(None, sys.path))
    return subprocess.run(
        [sys.executable, "-c", CHECK],
        env={**kept, "PYTHONPATH": path, "TAMDAO_HOME": str(home), **environment},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_instance_behind_tls_has_nothing_to_warn_of(tmp_path: Path) -> None:
    done = checked(tmp_path, TAMDAO_HTTPS="1", TAMDAO_ALLOWED_HOSTS="tamdao.example.vn")
    assert done.returncode == 0, done.stderr


def test_one_without_tls_has(tmp_path: Path) -> None:
    """The check above can fail."""
    done = checked(tmp_path)
    assert done.returncode != 0
    assert "security.W" in done.stderr
