"""Requests that write and carry a key take effect once: the middleware around every page and the API."""

from __future__ import annotations

import hashlib

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone

from tamdao.config.middleware import API_PREFIX, GetResponse, refusal_response
from tamdao.config.unavailable import unavailable
from tamdao.core.jobs.api import Answer, Command, check_key, once, rights_changed
from tamdao.core.people import api_clients
from tamdao.core.people.access import rights_mark
from tamdao.core.people.models import Person
from tamdao.kit.errors import DomainError
from tamdao.kit.web.keys import FORM_KEY, HEADER, REPEATED
from tamdao.kit.web.routes import Contract, can

WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Signing in counts failures, which an answer of 4xx would roll back; a choice of theme may be made twice.
# What is sent about one's account holds passwords, whose hash is not kept beside a request either.
LEFT_OUT = frozenset({"session", "account", "preference"})
_KEPT_HEADERS = ("Content-Type", "Location", "Content-Language", "Cache-Control", "Content-Disposition")


class OnceMiddleware:
    """Stands innermost, so that the answer it keeps is the one of the view, refusals already worded.

    Answers are repeated to a reader who may still ask: a revoked key and a door that closed meet the view instead,
    which refuses before it does anything. Behind an open door the object may have closed: to somebody whose rights are
    others than when it was given, an answer is not repeated (403); the command took effect and is not run again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in WRITING:
            return self.get_response(request)
        try:
            command = command_of(request)
            if command is None:
                return self.get_response(request)
            answer = once(command=command, at=timezone.now(), run=lambda: self._run(request))
            if answer.repeated and answer.mark not in {"", _mark(request)}:
                raise rights_changed()
        except DomainError as error:
            return refusal_response(request, error)
        except (Error, OSError) as error:
            # met outside the view: while the key is looked up, or at the commit
            refused = unavailable(request, error)
            if refused is None:
                raise
            return refused
        return _response(request, answer)

    def _run(self, request: HttpRequest) -> Answer:
        response = self.get_response(request)
        if not isinstance(response, HttpResponse):
            message = f"{request.path_info}: a command that carries a key answers as a whole, not in a stream"
            raise TypeError(message)
        # kept on the request: the first caller gets the response itself, cookies included
        request.answered = response  # type: ignore[attr-defined]  # ours, on Django's request
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        return Answer(response.status_code, headers, response.content, mark=_mark(request))


def _response(request: HttpRequest, answer: Answer) -> HttpResponse:
    answered = getattr(request, "answered", None)
    if isinstance(answered, HttpResponse) and not answer.repeated:
        return answered
    response = HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))
    response[REPEATED] = "true"
    return response


def command_of(request: HttpRequest) -> Command | None:
    """The command a request asks for under its key; None when it carries none, or is none of ours.

    Raises key_malformed.
    """
    header = request.headers.get(HEADER, "")
    is_api = request.path_info.startswith(API_PREFIX)
    if not header and (is_api or not request.user.is_authenticated):
        return None
    text = header or request.POST.get(FORM_KEY, "")
    if not text:
        return None
    actor = _actor(request) if is_api else _reader(request)
    if actor is None:
        return None
    return Command(actor=actor, key=check_key(text), fingerprint=_fingerprint(request))


def _actor(request: HttpRequest) -> str | None:
    """Who calls the API; None for the public and for keys that are not good, whom the API answers itself."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return f"person:{request.user.pk}" if request.user.is_authenticated else None
    client = api_clients.find_by_key(token.strip(), at=timezone.now()) if scheme.lower() == "bearer" else None
    return None if client is None else f"client:{client.name}"


def _reader(request: HttpRequest) -> str | None:
    """The signed-in reader of a page that writes, as long as the policy lets them."""
    try:
        contract = getattr(resolve(request.path_info).func, "contract", None)
    except Resolver404:
        return None
    if not isinstance(contract, Contract) or contract.resource in LEFT_OUT:
        return None
    if not request.user.is_authenticated or not can(request.user, contract.resource, contract.action):
        return None
    return f"person:{request.user.pk}"


def _mark(request: HttpRequest) -> str:
    """The rights of a person as they are at this moment, after what the command itself may have changed of them.

    "" for a program, whose key either is good or opens nothing.
    """
    if not request.user.is_authenticated or "Authorization" in request.headers:
        return ""
    person = Person.objects.filter(pk=request.user.pk).first()
    return rights_mark(person, at=timezone.localdate())


def _fingerprint(request: HttpRequest) -> str:
    """What makes this request differ from another: method, address and body."""
    print_of = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.path_info.startswith(API_PREFIX):
        print_of.update(request.body)
        return print_of.hexdigest()
    # the fields of a form in a settled order, without what the browser adds anew each time; files by their content
    for name in sorted(request.POST):
        if name not in {"csrfmiddlewaretoken", FORM_KEY}:
            print_of.update(f"{name}={request.POST.getlist(name)!r}\n".encode())
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            print_of.update(f"{name}={upload.name!r} {upload.size}\n".encode())
            for chunk in upload.chunks():
                print_of.update(chunk)
            upload.seek(0)
    return print_of.hexdigest()
