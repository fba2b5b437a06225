"""Text → tree. The grammar below is the language; README.md says it in words."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from tamdao.kit.errors import DomainError, Problem
from tamdao.kit.messages import Message
from tamdao.kit.numbers import MAX_DIGITS

from .kinds import check_kinds
from .nodes import (
    Arithmetic,
    ArithmeticOperator,
    Boolean,
    Call,
    Comparison,
    ComparisonOperator,
    Expr,
    Logic,
    Name,
    Negate,
    Not,
    Number,
    Span,
    walk,
)
from .problems import problem

if TYPE_CHECKING:
    from lark import Lark, Token
    from lark.exceptions import UnexpectedInput

GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction | disjunction OR conjunction -> logic
?conjunction: negation | conjunction AND negation -> logic
?negation: comparison | NOT negation -> negated
?comparison: sum | sum COMPARE sum -> compared
?sum: product | sum (PLUS | MINUS) product -> arithmetic
?product: signed | product (TIMES | OVER) signed -> arithmetic
?signed: atom | MINUS signed -> minus
?atom: NUMBER -> number
     | TRUE -> true
     | FALSE -> false
     | NAME -> name
     | NAME "(" [disjunction ("," disjunction)*] CLOSE -> call
     | "(" disjunction CLOSE -> group

OR: "or"
AND: "and"
NOT: "not"
TRUE: "true"
FALSE: "false"
COMPARE: "<=" | ">=" | "!=" | "<" | ">" | "="
PLUS: "+"
MINUS: "-"
TIMES: "*"
OVER: "/"
CLOSE: ")"
NUMBER: /[0-9]+(\.[0-9]+)?/
NAME: /[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*/
%ignore /\s+/
"""

MAX_LENGTH = 4000
"""Longest text of an expression, in characters."""

MAX_DEPTH = 100
"""Deepest nesting; a longer row belongs into `sum(…)`. It keeps the recursion of every visitor safe."""

_WORD = re.compile(r"[^\W0-9][\w.\u0300-\u036f]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_OTHER = re.compile(r"\s+|<=(?!>)|>=|!=|<(?!>)|=(?!=)|[->+*/(),]")
_FOREIGN = re.compile(r"==|<>|&&|\|\||.", re.DOTALL)
_HINTS = {
    **dict.fromkeys("×·", Message("dấu nhân là *", "multiplication is *")),
    **dict.fromkeys("÷:", Message("dấu chia là /", "division is /")),
    **dict.fromkeys("−–—", Message("dấu trừ là -", "minus is -")),
    **dict.fromkeys("≤≥≠", Message("so sánh viết là <=, >=, !=", "comparisons are <=, >=, !=")),
    **dict.fromkeys(
        ["&&", "||", "&", "|"], Message("nối điều kiện bằng and, or", "conditions are joined by and, or")
    ),
    "==": Message("bằng là một dấu =", "equality is a single ="),
    "<>": Message("khác là !=", "different is !="),
    "!": Message("phủ định là not, khác là !=", "negation is not, different is !="),
    "%": Message("tỷ lệ phần trăm là percent(a, b)", "a percentage is percent(a, b)"),
    "^": Message("lũy thừa viết thành phép nhân, x * x", "a power is written as a product, x * x"),
    ";": Message("các tham số cách nhau bằng dấu phẩy", "arguments are separated by commas"),
}
_ONLY_ASCII = Message(
    "tên chỉ gồm chữ không dấu, số, _ và dấu chấm", "names have plain letters, digits, _ and points"
)


def parse(text: str) -> Expr:
    """The tree of `text`, checked: known functions, right numbers of arguments, numbers where numbers belong.

    Raises `DomainError` (expression_invalid) with a problem for everything found wrong, each with its
    position ("at character 12"). Names are not looked up here: `check` does that, with their units of
    measure.
    """
    problems = _check_characters(text)
    if not problems:
        try:
            return _parse_cached(text)
        except _RefusedError as refused:
            problems = refused.problems
    raise DomainError(
        Message(
            f"Biểu thức có {len(problems)} chỗ sai.",
            f"The expression has {len(problems)} {'mistake' if len(problems) == 1 else 'mistakes'}.",
        ),
        code="expression_invalid",
        status=422,
        problems=problems,
    )


class _RefusedError(Exception):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems


@lru_cache(maxsize=2048)
def _parse_cached(text: str) -> Expr:
    from lark.exceptions import UnexpectedInput

    try:
        expr = cast("Expr", _parser().parse(text))
    except UnexpectedInput as error:
        raise _RefusedError([_syntax_problem(error, text)]) from None
    deepest = max(walk(expr), key=lambda found: found[1])
    if deepest[1] > MAX_DEPTH:
        raise _RefusedError(
            [
                problem(
                    deepest[0].at,
                    "biểu thức lồng quá sâu; dãy dài nên viết bằng sum(…) hoặc tách thành nhiều chỉ số",
                    "nested too deeply; write a long row as sum(…) or split it into several indicators",
                )
            ]
        )
    problems = check_kinds(expr)
    if problems:
        raise _RefusedError(problems)
    return expr


@lru_cache(maxsize=1)
def _parser() -> Lark:
    """Made at first use: importing lark and building its tables would slow the start of every command."""
    from lark import Lark, Transformer, v_args

    @v_args(inline=True)
    class Builder(Transformer["Token", Expr]):
        """One method per rule of the grammar; positions come from the outermost tokens and parts."""

        def number(self, token: Token) -> Expr:
            return Number(Decimal(token), _span(token, token))

        def true(self, token: Token) -> Expr:
            return Boolean(value=True, at=_span(token, token))

        def false(self, token: Token) -> Expr:
            return Boolean(value=False, at=_span(token, token))

        def name(self, token: Token) -> Expr:
            return Name(str(token), _span(token, token))

        def call(self, function: Token, *rest: Expr | Token | None) -> Expr:
            *arguments, close = rest
            span = _span(function, cast("Token", close))
            return Call(
                str(function), tuple(cast("Expr", part) for part in arguments if part is not None), span
            )

        def group(self, inner: Expr, _close: Token) -> Expr:
            return inner

        def minus(self, sign: Token, operand: Expr) -> Expr:
            return Negate(operand, _span(sign, operand))

        def negated(self, word: Token, operand: Expr) -> Expr:
            return Not(operand, _span(word, operand))

        def arithmetic(self, left: Expr, operator: Token, right: Expr) -> Expr:
            return Arithmetic(cast("ArithmeticOperator", str(operator)), left, right, _span(left, right))

        def compared(self, left: Expr, operator: Token, right: Expr) -> Expr:
            return Comparison(cast("ComparisonOperator", str(operator)), left, right, _span(left, right))

        def logic(self, left: Expr, operator: Token, right: Expr) -> Expr:
            return Logic("and" if operator == "and" else "or", left, right, _span(left, right))

    return Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=Builder(), maybe_placeholders=False)


def _span(first: Token | Expr, last: Token | Expr) -> Span:
    """From the first to the last part; a token of lark is a `str`, a node is not."""
    start = first.start_pos if isinstance(first, str) else first.at.start
    end = last.end_pos if isinstance(last, str) else last.at.end
    return Span(start or 0, end or 0)


def _check_characters(text: str) -> list[Problem]:
    """Everything that is wrong already letter by letter: length, foreign signs, long numbers, parentheses."""
    if len(text) > MAX_LENGTH:
        return [
            problem(
                Span(MAX_LENGTH, len(text)),
                f"biểu thức dài quá {MAX_LENGTH} ký tự",
                f"the expression is longer than {MAX_LENGTH} characters",
            )
        ]
    problems: list[Problem] = []
    opened: list[int] = []
    position = 0
    while position < len(text):
        end, found = _next_piece(text, position)
        problems += found
        if text[position] == "(":
            opened.append(position)
        elif text[position] == ")":
            if opened:
                opened.pop()
            else:
                unopened = Span(position, end)
                problems.append(problem(unopened, "dấu ) này không có dấu ( mở", "nothing opens this )"))
        position = end
    problems += [
        problem(Span(start, start + 1), "dấu ( này không có dấu ) đóng", "nothing closes this (")
        for start in opened
    ]
    return problems


def _next_piece(text: str, position: int) -> tuple[int, list[Problem]]:
    """Where the piece at `position` ends, and what is wrong with it."""
    if word := _WORD.match(text, position):
        if _NAME.fullmatch(word[0]):
            return word.end(), []
        return word.end(), [_foreign(position, word[0], _ONLY_ASCII)]
    if number := _NUMBER.match(text, position):
        if len(number[0]) <= MAX_DIGITS:
            return number.end(), []
        at = Span(position, number.end())
        return number.end(), [
            problem(at, f"số dài quá {MAX_DIGITS} chữ số", f"more than {MAX_DIGITS} digits")
        ]
    if other := _OTHER.match(text, position):
        return other.end(), []
    foreign = _FOREIGN.match(text, position)
    piece = foreign[0] if foreign else text[position]
    return position + len(piece), [_foreign(position, piece, _HINTS.get(piece))]


def _foreign(position: int, piece: str, hint: Message | None) -> Problem:
    shown = piece if len(piece) <= 40 else f"{piece[:40]}…"
    return problem(
        Span(position, position + len(piece)),
        f"“{shown}” không thuộc ngôn ngữ công thức" + (f": {hint.vi}" if hint else ""),
        f"“{shown}” is not part of the language" + (f": {hint.en}" if hint else ""),
    )


def _syntax_problem(error: UnexpectedInput, text: str) -> Problem:
    """The first place where the words, each known, don't make a sentence."""
    token = getattr(error, "token", None)
    if token is None or token.type == "$END":
        if not text.strip():
            return problem(Span(0, 0), "biểu thức đang trống", "the expression is empty")
        return problem(
            Span(len(text), len(text)), "biểu thức dừng giữa chừng", "the expression stops half-way"
        )
    at = Span(token.start_pos or 0, token.end_pos or 0)
    hint = _syntax_hint(token.type, before=text[: at.start])
    return problem(
        at,
        f"không chờ “{token}” ở đây" + (f": {hint.vi}" if hint else ""),
        f"“{token}” is not expected here" + (f": {hint.en}" if hint else ""),
    )


def _syntax_hint(terminal: str, *, before: str) -> Message | None:
    if terminal == "COMMA" and before[-1:].isdigit():
        return Message("phần thập phân viết bằng dấu chấm, 12.5", "decimals are written with a point, 12.5")
    if terminal == "COMPARE":
        return Message("chỉ so sánh hai vế, rồi nối bằng and", "compare two sides, then join with and")
    if terminal in ("NAME", "NUMBER", "LPAR", "TRUE", "FALSE") and re.search(r"[\w).]\s*$", before):
        return Message("thiếu phép tính ở trước", "an operator is missing before it")
    return None
