"""What must not stand in the product's own code, one rule each: found in the syntax tree or by a pattern.

Bandit looks for some of this too; these rules are ours to switch off and on in a test, and they know the few places
where a thing is meant, each with its reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
Finder = Callable[[str], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """`find` tells what is wrong in a text; `places` may have it, and why; `bad` is a sample that must be found."""

    find: Finder
    suffixes: tuple[str, ...]
    bad: str
    places: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ("src",)


def called(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def calls(*names: str) -> Finder:
    def find(text: str) -> Iterator[str]:
        yield from (name for name, _ in called(ast.parse(text)) if name in names)

    return find


def imports(*starts: str, but: tuple[str, ...] = ()) -> Finder:
    def find(text: str) -> Iterator[str]:
        for name in imported(ast.parse(text)):
            if f"{name}.".startswith(tuple(f"{start}." for start in starts)) and name not in but:
                yield name

    return find


def pattern(expression: str) -> Finder:
    compiled = re.compile(expression)

    def find(text: str) -> Iterator[str]:
        yield from (match.group()[:60] for match in compiled.finditer(text))

    return find


def unsafe_yaml(text: str) -> Iterator[str]:
    safe = {"yaml.safe_load", "yaml.compose", "yaml.safe_dump", "yaml.dump", "yaml.serialize"}
    yield from (name for name, _ in called(ast.parse(text)) if name.startswith("yaml.") and name not in safe)
    yield from imports("pickle", "marshal", "shelve", "dill", "jsonpickle")(text)


def shell(text: str) -> Iterator[str]:
    for name, node in called(ast.parse(text)):
        if name in {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}:
            yield name
        if any(word.arg == "shell" and ast.unparse(word.value) != "False" for word in node.keywords):
            yield f"{name}(shell=…)"


def built_sql(text: str) -> Iterator[str]:
    """A statement put together with values: f-string, %, + or format as the first argument."""
    for name, node in called(ast.parse(text)):
        if name.rpartition(".")[2] in {"execute", "executemany", "raw", "extra", "RawSQL"} and node.args:
            first = node.args[0]
            formats = isinstance(first, ast.Call) and ast.unparse(first.func).endswith(".format")
            if isinstance(first, ast.JoinedStr | ast.BinOp) or formats:
                yield f"{name}({ast.unparse(first)[:50]})"


def built_patterns(text: str) -> Iterator[str]:
    """A regular expression put together with a value that was not escaped."""
    for name, node in called(ast.parse(text)):
        if name.startswith("re.") and name != "re.escape" and node.args:
            first = node.args[0]
            parts: list[ast.expr] = [first] if isinstance(first, ast.BinOp) else []
            if isinstance(first, ast.JoinedStr):
                values = [part.value for part in first.values if isinstance(part, ast.FormattedValue)]
                parts += [value for value in values if not ast.unparse(value).startswith("re.escape(")]
            if parts or (isinstance(first, ast.Call) and not ast.unparse(first).startswith("re.escape(")):
                yield f"{name}({ast.unparse(first)[:50]})"


def built_formats(text: str) -> Iterator[str]:
    """`format` of a text that stands neither there nor in a constant of its own name."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr not in {"format", "format_map"}:
                continue
            told = ast.unparse(node.func.value)
            constant = (
                isinstance(node.func.value, ast.Constant) or told.isupper() or told.startswith("sql.SQL(")
            )
            if not constant:
                yield f"{told[:40]}.{node.func.attr}"


def bare_ciphers(text: str) -> Iterator[str]:
    """Ciphers without authentication, and the padding of RSA: only `ciphers.aead` and Fernet are used."""
    for name in imported(ast.parse(text)):
        parts = name.split(".")
        if "padding" in parts or ("ciphers" in parts and "aead" not in parts) or "decrepit" in parts:
            yield name


RULES: Mapping[str, Rule] = {
    "no-eval": Rule(calls("eval", "exec", "compile", "__import__"), (".py",), "eval(text)"),
    "no-pickle": Rule(unsafe_yaml, (".py",), "import pickle"),
    "no-shell": Rule(shell, (".py",), "subprocess.run(text, shell=True)"),
    "no-built-sql": Rule(
        built_sql,
        (".py",),
        'cursor.execute(f"SELECT {x}")',
        {
            "facts/append_only.py": "names of our own tables and columns, no value from outside",
            "core/ledger": "triggers are made from the models' own table and column names",
            "core/jobs/pulse.py": "a number of our own",
            "core/people": "row policies are made from the policy table's own names",
            "config/commands": "names of our own tables",
            "config/operations": "names of our own tables and columns, quoted by psycopg.sql where they come from a list",
        },
    ),
    "no-weak-hash": Rule(calls("hashlib.md5", "hashlib.sha1", "hashlib.new"), (".py",), "hashlib.md5(b'')"),
    "no-weak-random": Rule(
        imports("random"),
        (".py",),
        "import random",
        {"core/jobs/relay.py": "spreads pauses between attempts; nothing secret hangs on it"},
    ),
    "no-open-xml": Rule(
        imports("xml", "lxml", but=("xml.etree.ElementTree.ParseError",)), (".py",), "import xml.dom.minidom"
    ),
    "no-unescaped": Rule(
        pattern(r"\bmark_safe\(|\|safe\b|\{% autoescape off|SafeString\("),
        (".py", ".html"),
        "{{ text|safe }}",
        {
            "kit/templatetags/kit.py": "drawings made of numbers and of text that is escaped one line above",
            "ioc/templatetags/ioc.py": "a constant attribute inside format_html",
        },
    ),
    "no-html-in-scripts": Rule(
        pattern(r"\.innerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function"),
        (".ts",),
        "node.innerHTML = text",
        folders=("frontend/src", "frontend/islands", "frontend/scripts"),
    ),
    "no-browser-storage": Rule(
        pattern(r"\b(localStorage|sessionStorage|indexedDB)\b"),
        (".ts",),
        "localStorage.setItem('a', 'b')",
        folders=("frontend/src", "frontend/islands", "frontend/scripts"),
    ),
    "no-post-message": Rule(
        pattern(r"addEventListener\(\s*['\"]message['\"]|\bpostMessage\("),
        (".ts",),
        "window.postMessage(text)",
        folders=("frontend/src", "frontend/islands", "frontend/scripts"),
    ),
    "no-foreign-assets": Rule(
        pattern(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"'](?:https?:)?//"),
        (".html",),
        '<script src="https://cdn.example/a.js">',
    ),
    "no-mass-assignment": Rule(
        pattern(r"fields\s*=\s*[\"']__all__[\"']|\*\*request\.(?:POST|GET)|\*\*dict\(request\."),
        (".py",),
        'fields = "__all__"',
    ),
    "no-built-templates": Rule(
        pattern(r"(?<!\w)Template\(|engines\[[^]]+\]\.from_string|Engine\(\)\.from_string"),
        (".py",),
        "Template(text)",
        {"config/operations/installing.py": "string.Template over our own files; a value with an odd sign is refused"},
    ),
    "no-built-patterns": Rule(
        built_patterns,
        (".py",),
        're.search(f"^{name}", text)',
        {
            "uploads/pdfs.py": "constants of the same module",
            "verify/forms.py": "constants of the same module",
        },
    ),
    "no-built-formats": Rule(
        built_formats,
        (".py",),
        "words.vi.format(value)",
        {
            "ioc/rules/words.py": "patterns are constants of the module",
            "rules/target_words.py": "patterns are constants of the module",
            "kit/web/rest.py": "patterns are constants of the module",
            "kit/periods.py": "patterns are constants of the module",
            "core/jobs/relay.py": "a constant of the module",
            "core/packs/schema.py": "constants of the module",
        },
    ),
    "no-foreign-cryptography": Rule(
        imports("Crypto", "Cryptodome", "nacl", "rsa", "ecdsa", "pyaes", "M2Crypto", "OpenSSL"),
        (".py",),
        "from Crypto.Cipher import AES",
    ),
    "no-bare-ciphers": Rule(bare_ciphers, (".py",), "from cryptography.hazmat.primitives.ciphers import modes"),
    "calls-out": Rule(
        imports("requests", "urllib.request", "http.client", "smtplib", "httpx", "aiohttp", "ftplib", "socket"),
        (".py",),
        "import requests",
        {
            "kit/outbound": "judges every address before it is called",
            "kit/mail.py": "TAMDAO_SMTP_URL",
            "core/accounts/oidc.py": "TAMDAO_OIDC_ISSUER and what its description names",
            "kit/uploads/scanning.py": "TAMDAO_CLAMD",
            "config/operations/doctor": "asks the instance itself and its mail server",
            "config/commands/serve.py": "looks whether the port is free",
            "core/jobs/worker.py": "the name of this machine",
            "core/jobs/email.py": "errors of smtplib; kit.mail connects",
            "core/ledger/witness/mail.py": "errors of smtplib; kit.mail connects",
        },
    ),
    "no-test-code": Rule(
        imports("tests", "pytest", "hypothesis", "playwright", "schemathesis", "unittest"), (".py",), "import pytest"
    ),
    "no-free-keys": Rule(
        pattern(r"\w\[(?:key|name|prop|path|field)\]\s*=[^=]|Object\.assign\(\{\}|__proto__|\.prototype\["),
        (".ts",),
        "target[key] = value",
        folders=("frontend/src", "frontend/islands", "frontend/scripts"),
    ),
    "no-secrets": Rule(
        pattern(
            r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b|\btd_[A-Za-z0-9_-]{43}\b"
            r"|postgres(?:ql)?://\w+:(?!secret@|password@|\*)[^@\s\"'{<]{6,}@(?!localhost|127)"
        ),
        (".py", ".md", ".toml", ".yaml", ".yml", ".sh", ".txt", ".in", ".json", ".ts", ".html", ".cfg", ".env"),
        "-----BEGIN PRIVATE " + "KEY-----",
        folders=("src", "tests", "tools", "docs", "packs", "bench", "requirements", ".ci"),
    ),
}  # fmt: skip


def sources(rule: Rule) -> Iterator[tuple[str, str]]:
    """(place, text) of the files a rule looks at."""
    for folder in rule.folders:
        base = ROOT / folder
        for path in sorted(base.rglob("*")):
            parts = path.relative_to(ROOT).parts
            if path.suffix in rule.suffixes and path.is_file() and not {"build", "node_modules"} & set(parts):
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def check(name: str) -> None:
    """Raises AssertionError with every place that breaks the rule."""
    rule = RULES[name]
    found = [
        f"{place}: {what}"
        for place, text in sources(rule)
        if not any(known in place for known in rule.places)
        for what in rule.find(text)
    ]
    assert not found, found
