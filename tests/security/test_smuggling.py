"""Through the proxy that `tamdao install` writes to the web server: no request hides in another."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tamdao.config.commands.install import install
from tests.security import smuggling
from tests.security.controls_service import certificate
from tests.support import free_port


def test_nothing_hides_on_its_way_through_the_proxy(tmp_path: Path) -> None:
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        pytest.skip("no nginx here: apt-get install nginx-light")
    files = certificate(tmp_path)
    done = CliRunner().invoke(
        install,
        ["--host", "localhost", "--certificate", str(files[0]), "--certificate-key", str(files[1]), "--root", str(tmp_path)],
        standalone_mode=False,
    )  # fmt: skip
    assert done.return_value == 0
    port = free_port()
    with smuggling.web() as behind:
        site = (tmp_path / "etc/nginx/sites-available/tamdao.conf").read_text(encoding="utf-8")
        site = re.sub(r"listen \[::\]:\d+[^;]*;", "", site).replace(
            "listen 80;", f"listen 127.0.0.1:{free_port()};"
        )
        site = site.replace("listen 443", f"listen 127.0.0.1:{port}").replace(
            "127.0.0.1:8000", f"127.0.0.1:{behind}"
        )
        places = " ".join(
            f"{kind}_temp_path {tmp_path}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole = tmp_path / "nginx.conf"
        whole.write_text(
            f"pid {tmp_path}/pid; daemon off; error_log {tmp_path}/log; events {{}}\n"
            f"http {{ access_log off; {places} {site} }}\n",
            encoding="utf-8",
        )
        with smuggling.running([program, "-c", str(whole), "-e", str(tmp_path / "log")], port):
            smuggling.check(port, tls=True)
