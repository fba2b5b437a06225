"""What every operation of the API shares, written into its OpenAPI document: refusals, 304, headers, tags, the key.

The routers say what is particular to an operation; refusals and headers come from handlers and middleware that stand
in front of all of them, so they are described once, here.
"""

from __future__ import annotations

from typing import Any

from tamdao.config.etag import PRIVATE
from tamdao.kit.web.rest import PROBLEM, ProblemOut

Document = dict[str, Any]

TAGS = {
    "units": "Provinces, districts and communes on the map of any day, and what became of them.",
    "people": "People, posts and delegations, as far as the caller may see and change them; and why, or why not.",
    "facts": "Figures and where they come from, the catalogue of indicators, published values, targets.",
    "dti": "The digital transformation index: scores and ranks by year, trends, editions.",
}
SECURITY = "Key of a client: `Authorization: Bearer td_…`. Published data needs none; a key that is not good gets 401."
REFUSALS = {
    400: "Understood, but it can't be answered: a map date before the first map, say.",
    401: "The key in `Authorization` is not valid or was revoked.",
    403: "This key or account may not do that.",
    404: "There is no such unit, indicator, target, edition or record; the sentence names the nearest ones.",
    409: "Several units answer to this name; the sentence lists their ids.",
    422: "A parameter is malformed; `problems` names each.",
}
_TEXT = {"type": "string"}
HEADERS = {
    "ETag": {"description": "Weak tag of this answer, for `If-None-Match`.", "schema": _TEXT},
    "Content-Language": {
        "description": "Language of the sentences in this answer.",
        "schema": {"type": "string", "enum": ["vi", "en"]},
    },
    "WWW-Authenticate": {"description": "`Bearer`.", "schema": _TEXT},
}
PARAMETERS = {
    "IfNoneMatch": {
        "in": "header",
        "name": "If-None-Match",
        "description": "`ETag` of an earlier answer: 304 without a body while nothing has changed.",
        "required": False,
        "schema": _TEXT,
    },
    "AcceptLanguage": {
        "in": "header",
        "name": "Accept-Language",
        "description": "Language of sentences: `vi` (default) or `en`.",
        "required": False,
        "schema": _TEXT,
    },
}


def complete(document: Document) -> Document:
    """Adds to the document of the framework, in place, what all operations share; gives it back."""
    parts = document["components"]
    parts["schemas"].update(_problem_schemas())
    parts["headers"] = dict(HEADERS)
    parts["parameters"] = dict(PARAMETERS)
    parts["responses"] = {"NotModified": _not_modified()} | {
        f"Problem{status}": _refusal(status) for status in REFUSALS
    }
    for scheme in parts.get("securitySchemes", {}).values():
        scheme["description"] = SECURITY
    document["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tagged = method == "get" and not path.startswith(PRIVATE)
            _complete_operation(operation, tagged=tagged)
    return document


def _complete_operation(operation: Document, *, tagged: bool) -> None:
    """`tagged`: the answer carries an ETag; commands, and what depends on who asks, carry none."""
    # the empty requirement says that a key is welcome and not needed
    operation["security"] = [*operation.get("security", ()), {}]
    operation["parameters"] = [_parameter(one) for one in operation["parameters"]]
    operation["parameters"] += [
        {"$ref": f"#/components/parameters/{name}"}
        for name in (PARAMETERS if tagged else ("AcceptLanguage",))
    ]
    answers = operation["responses"]
    for status in {200, 201} & answers.keys():
        answers[status]["headers"] = _headers(*(("ETag",) if tagged else ()), "Content-Language")
    if tagged:
        answers[304] = {"$ref": "#/components/responses/NotModified"}
    for status in REFUSALS:
        answers.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})


def _parameter(given: Document) -> Document:
    """A parameter as OpenAPI has it: left out rather than null, its words beside its name, examples in the schema."""
    schema = dict(given["schema"])
    while "anyOf" in schema:
        (chosen,) = (one for one in schema.pop("anyOf") if one != {"type": "null"})
        schema = chosen | schema
    words = schema.pop("description", "")
    made = {key: value for key, value in given.items() if key not in {"schema", "examples"}}
    return made | {"schema": schema} | ({"description": words} if words else {})


def _headers(*names: str) -> Document:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _not_modified() -> Document:
    return {
        "description": "Nothing has changed since the answer with this ETag.",
        "headers": _headers("ETag", "Content-Language"),
    }


def _refusal(status: int) -> Document:
    names = ("Content-Language", "WWW-Authenticate") if status == 401 else ("Content-Language",)
    return {
        "description": REFUSALS[status],
        "headers": _headers(*names),
        "content": {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{ProblemOut.__name__}"}}},
    }


def _problem_schemas() -> Document:
    schema = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    return {**schema.pop("$defs"), ProblemOut.__name__: schema}
