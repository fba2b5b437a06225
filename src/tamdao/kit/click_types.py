"""Parameters of commands that are read by a function of ours: what can't be read is a command not understood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import click

from .errors import DomainError

T = TypeVar("T")


class Read(click.ParamType[T], Generic[T]):
    """Text read by `read`. Its refusal becomes a usage error (exit code 2) in both languages."""

    def __init__(self, name: str, read: Callable[[str], T]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> T:
        if not isinstance(value, str):
            # a default, or read already
            return value  # type: ignore[no-any-return]  # click types values as Any
        try:
            return self._read(value)
        except DomainError as error:
            self.fail(f"{error.message.vi}\n{error.message.en}", param, ctx)


FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Dạng in ra · output format.",
)
