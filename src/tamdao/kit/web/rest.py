"""What every REST router shares: problem+json, pages of results, the language of a request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.web.params import Described, Whole

PROBLEM = "application/problem+json"
MAX_PAGE = 500


class ProblemItem(Schema):
    """One thing found wrong with the request or the data."""

    detail: str
    detail_en: str
    where: str = ""
    field: str = ""


class ProblemOut(Schema):
    """RFC 9457 problem details; `code` is stable, `detail` is in the language asked for."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    detail_en: str
    problems: list[ProblemItem] = []


class PageParams(Schema):
    """Which part of a list: `limit` rows from `offset` on."""

    limit: Annotated[Whole, Described("Rows of this part.")] = Field(100, ge=1, le=MAX_PAGE)
    offset: Annotated[Whole, Described("Rows before this part.")] = Field(0, ge=0)


def page_of(rows: Sequence[Any], page: PageParams) -> dict[str, Any]:
    """The asked part of `rows` with the total, so that a client knows when it has all."""
    return {"count": len(rows), "items": list(rows[page.offset : page.offset + page.limit])}


def lang(request: HttpRequest) -> str:
    """`vi` or `en`, from Accept-Language or the language cookie."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def problem_response(
    request: HttpRequest, *, status: int, code: str, message: Message, problems: Sequence[ProblemItem] = ()
) -> HttpResponse:
    """One problem+json answer."""
    body = ProblemOut(
        title=code.replace("_", " "),
        status=status,
        code=code,
        detail=message.text(lang(request)),
        detail_en=message.en,
        problems=list(problems),
    )
    response = HttpResponse(body.model_dump_json(), status=status, content_type=PROBLEM)
    response["Cache-Control"] = "no-store"
    return response


_MALFORMED = {
    "missing": "Thiếu tham số này",
    "day": "Ghi ngày theo dạng 2025-07-01",
    "flag": "Ghi true hoặc false",
    "number": "Ghi số nguyên bằng chữ số",
    "greater_than_equal": "Phải từ {ge} trở lên",
    "less_than_equal": "Không được quá {le}",
    "string_too_long": "Dài nhất {max_length} ký tự",
    "string_too_short": "Ngắn nhất {min_length} ký tự",
}


def _malformed(error: dict[str, Any]) -> Message:
    """What is wrong with one parameter, from the kind of error the validation names."""
    english = str(error.get("msg", ""))
    vietnamese = _MALFORMED.get(str(error.get("type", "")), "Giá trị không hợp lệ")
    return Message(vietnamese.format(**error.get("ctx", {})), english)


def install_problem_handlers(api: NinjaAPI) -> None:
    """Every refusal of `api` becomes problem+json; unexpected errors stay crashes and are logged as such."""

    def on_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
        items = [
            ProblemItem(
                detail=p.message.text(lang(request)), detail_en=p.message.en, where=p.where, field=p.field
            )
            for p in error.problems
        ]
        return problem_response(
            request, status=error.status, code=error.code, message=error.message, problems=items
        )

    def on_validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
        items = [
            ProblemItem(
                detail=sentence.text(lang(request)),
                detail_en=sentence.en,
                field=".".join(map(str, e.get("loc", ()))),
            )
            for e in error.errors
            for sentence in [_malformed(e)]
        ]
        return problem_response(
            request,
            status=422,
            code="malformed",
            message=Message(
                "Yêu cầu không đúng dạng; xem từng trường bên dưới.", "Malformed request; see the fields."
            ),
            problems=items,
        )

    def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem_response(
            request, status=error.status_code, code="refused", message=Message(str(error), str(error))
        )

    def on_authentication_error(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = problem_response(
            request,
            status=401,
            code="key_not_valid",
            message=Message(
                "Khóa truy cập không hợp lệ hoặc đã bị thu hồi; đề nghị đơn vị quản trị cấp khóa mới.",
                "The API key is not valid or was revoked; ask the administrators for a new one.",
            ),
        )
        response["WWW-Authenticate"] = "Bearer"
        return response

    api.exception_handler(DomainError)(on_domain_error)
    api.exception_handler(ValidationError)(on_validation_error)
    api.exception_handler(HttpError)(on_http_error)
    api.exception_handler(AuthenticationError)(on_authentication_error)
