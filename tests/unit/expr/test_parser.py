"""Text → tree: what is accepted, how it is grouped, and what the refusals say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tamdao.analytics.expr import (
    FUNCTIONS,
    Arithmetic,
    Call,
    Comparison,
    Logic,
    Name,
    Negate,
    Not,
    Number,
    Span,
    children,
    inputs,
    parse,
    to_text,
    walk,
)
from tamdao.analytics.expr.parser import MAX_DEPTH, MAX_LENGTH
from tamdao.kit.errors import DomainError

a, b, c = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("12.50", Number(Decimal("12.5"))),
        ("dti_main.government", Name("dti_main.government")),
        ("a - b - c", Arithmetic("-", Arithmetic("-", a, b), c)),
        ("a - (b - c)", Arithmetic("-", a, Arithmetic("-", b, c))),
        ("a + b * c", Arithmetic("+", a, Arithmetic("*", b, c))),
        ("-a * b", Arithmetic("*", Negate(a), b)),
        ("- - a", Negate(Negate(a))),
        ("not a > b and b > c", Logic("and", Not(Comparison(">", a, b)), Comparison(">", b, c))),
        (
            "a > b or b > c and c > a",
            Logic("or", Comparison(">", a, b), Logic("and", Comparison(">", b, c), Comparison(">", c, a))),
        ),
        ("a+b<=c*2", Comparison("<=", Arithmetic("+", a, b), Arithmetic("*", c, Number(Decimal(2))))),
        ("percent(a, b)", Call("percent", (a, b))),
        ("sum(\n  a,\n  b\n)", Call("sum", (a, b))),
        # a function's name without parentheses is a name, a word that begins with a keyword too
        ("sum + android", Arithmetic("+", Name("sum"), Name("android"))),
    ],
)
def test_grouping(text: str, tree: object) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("((a))", "a"),
        ("(a*b)+c", "a * b + c"),
        ("a*(b+c)", "a * (b + c)"),
        ("a-(b-c)", "a - (b - c)"),
        ("a/(b*c)", "a / (b * c)"),
        ("-(a+b)", "-(a + b)"),
        ("not (a>b or c=1)", "not (a > b or c = 1)"),
        ("(a>b or c=1) and true", "(a > b or c = 1) and true"),
        ("if(a!=0,b/a,0.50)", "if(a != 0, b / a, 0.5)"),
    ],
)
def test_printing_uses_no_needless_parentheses(text: str, printed: str) -> None:
    assert to_text(parse(text)) == printed
    assert parse(printed) == parse(text)


def test_positions() -> None:
    tree = parse("a + max(b, c)")
    assert tree.at == Span(0, 13)
    assert [to_text(node) + f"@{node.at.character}" for node, _ in walk(tree)] == [
        *("a + max(b, c)@1", "a@1", "max(b, c)@5", "b@9", "c@12")
    ]


def test_inputs_and_children() -> None:
    tree = parse("if(a.x > 0, -b, coalesce(c, a.x)) + 1")
    assert inputs(tree) == {"a.x", "b", "c"}
    assert [to_text(child) for child in children(tree)] == ["if(a.x > 0, -b, coalesce(c, a.x))", "1"]


# text → position and a word of each refusal, in English
REFUSALS = [
    ("", ["1: the expression is empty"]),
    ("   ", ["1: the expression is empty"]),
    ("a +", ["4: the expression stops half-way"]),
    ("a + * b", ["5: “*” is not expected here"]),
    ("a b", ["3: “b” is not expected here: an operator is missing"]),
    ("2 (a)", ["3: “(” is not expected here: an operator is missing"]),
    ("1,5 + a", ["2: “,” is not expected here: decimals are written with a point"]),
    ("a < b < c", ["7: “<” is not expected here: compare two sides"]),
    ("sum(a, )", ["8: “)” is not expected here"]),
    ("(a + b", ["1: nothing closes this ("]),
    ("a + b) * (c", ["6: nothing opens this )", "10: nothing closes this ("]),
    ("a == b", ["3: “==” is not part of the language: equality is a single ="]),
    ("a <> b", ["3: “<>” is not part of the language: different is !="]),
    ("a ^ 2", ["3: “^” is not part of the language: a power is written as a product"]),
    ("5 %", ["3: “%” is not part of the language: a percentage is percent(a, b)"]),
    ("a × b ÷ c", ["3: “×”", "7: “÷”"]),
    ("a && b ; c", ["3: “&&”", "8: “;”"]),
    ("tỷ_lệ + 1", ["1: “tỷ_lệ” is not part of the language: names have plain letters"]),
    ("ty\u0309_le + 1", ["1: “ty\u0309_le”"]),
    ("a. + b..c", ["1: “a.”", "6: “b..c”"]),
    ("'a'", ["1: “'”", "3: “'”"]),
    ("\uff11 + a", ["1: “\uff11”"]),
    ("9" * 61, ["1: more than 60 digits"]),
    ("foo(1)", ["1: there is no function foo"]),
    (
        "mena(a, b) + summ(a)",
        ["1: there is no function mena (did you mean mean?)", "14: there is no function summ"],
    ),
    ("if(a > b, 1)", ["1: if takes 3 argument(s), here are 2: if(condition, a, b)"]),
    ("coalesce(a)", ["1: coalesce takes 2 argument(s) or more, here are 1"]),
    ("max()", ["1: max takes 1 argument(s) or more, here are 0"]),
    ("abs(a, b)", ["1: abs takes 1 argument(s), here are 2"]),
    ("1 + (a > b)", ["6: a number is needed here, not a condition"]),
    ("a and not b", ["1: a condition", "11: a condition"]),
    ("-(a > b)", ["3: a number is needed here"]),
    ("(a > b) > 1", ["2: a number is needed here"]),
    ("if(a, 1, 2)", ["4: a condition"]),
    ("if(a > b, 1, b > c)", ["14: a number is needed here"]),
    ("coalesce(a > b, 1)", ["17: a condition"]),
    ("coalesce(1, a > b)", ["13: a number is needed here"]),
    ("sum(a, b > c, true)", ["8: a number is needed here", "15: a number is needed here"]),
    ("round(a, b)", ["10: the number of places is written out"]),
    ("round(a, 1.5)", ["10: the number of places is written out"]),
    ("round(a, 13)", ["10: the number of places is written out"]),
    ("per(a, b, 0)", ["11: n is written out, a number greater than 0"]),
    ("per(a, b, -1)", ["11: n is written out, a number greater than 0"]),
]


@pytest.mark.parametrize(("text", "refusals"), REFUSALS, ids=[text[:30] for text, _ in REFUSALS])
def test_refusals_come_all_at_once_with_their_positions(text: str, refusals: list[str]) -> None:
    with pytest.raises(DomainError) as refused:
        parse(text)
    assert refused.value.code == "expression_invalid"
    found = refused.value.problems
    assert len(found) == len(refusals)
    for problem, words in zip(found, refusals, strict=True):
        assert problem.message.en.startswith(f"at character {words}")
        assert problem.message.vi.startswith(f"ký tự {words.partition(':')[0]}: ")


def test_hostile_input_is_refused_and_not_suffered() -> None:
    for text in (
        "a+" * MAX_LENGTH,
        "-" * (MAX_LENGTH - 1) + "a",
        "+".join(["a"] * (MAX_DEPTH + 1)),
        "not " * 900 + "true",
        "abs(" * 900 + "a" + ")" * 900,
    ):
        with pytest.raises(DomainError) as refused:
            parse(text)
        assert len(refused.value.problems) == 1


def test_the_deepest_allowed_nesting_works_everywhere() -> None:
    text = "+".join(["a"] * MAX_DEPTH)
    assert parse(to_text(parse(text))) == parse(text)
    assert parse("(" * 1000 + "a" + ")" * 1000) == a


def test_every_function_is_written_as_its_signature_says() -> None:
    for name, function in FUNCTIONS.items():
        assert function.signature.startswith(f"{name}(")
        assert function.meaning.vi != function.meaning.en
