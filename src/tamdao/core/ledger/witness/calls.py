"""Calls to witnesses: guarded, short, and with answers that are never longer than they may be."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.outbound import outbound_session

from .places import Failed

# no receipt is nearly as long
_LONGEST = 65536
# seconds for the whole answer; each part of it has its own limit in `outbound`
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and content."""

    status: int
    content: bytes


def post(url: str, content: bytes, kind: str) -> Answer:
    """Send and read the answer. Failed when there is none.

    The host was named by whoever set up this instance, so it may lie inside the house; where it redirects to may not.
    """
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    authorities: Path | None = settings.TAMDAO_WITNESS_CA
    session = outbound_session(allowed=[f"{(parts.hostname or '').lower()}:{port}"])
    begun = time.monotonic()
    try:
        with (
            session,
            session.post(
                url,
                data=content,
                headers={"Content-Type": kind},
                stream=True,
                verify=str(authorities) if authorities else True,
            ) as answer,
        ):
            found = b""
            for part in answer.iter_content(4096):
                found += part
                if len(found) > _LONGEST or time.monotonic() - begun > _SECONDS:
                    raise Failed(
                        Message("trả lời quá dài hoặc quá chậm", "its answer is too long or too slow")
                    )
            return Answer(answer.status_code, found)
    except DomainError as error:
        raise Failed(error.message) from error
    except OSError as error:
        # `requests` makes its errors of this kind
        raise Failed(
            Message(f"không gọi được {parts.netloc}: {error}", f"{parts.netloc} can't be reached: {error}")
        ) from error
