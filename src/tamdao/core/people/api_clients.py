"""Keys of programs: made, checked and revoked here; the key itself is shown once and never stored."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from tamdao.core.ledger.api import acting
from tamdao.kit.errors import Conflict, NotFound
from tamdao.kit.messages import Message

from .models import ApiClient
from .policy import Role

KEY_PREFIX = "td_"
_PREFIX_LENGTH = 10


def _digest(key: str) -> str:
    # The key carries 256 random bits, so a plain hash can't be searched; a slow one would cost every request.
    return hashlib.sha256(key.encode()).hexdigest()


def create(*, name: str, role: Role, at: datetime) -> tuple[ApiClient, str]:
    """A new client and its key. Raises Conflict when the name is taken."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            client = ApiClient.objects.create(
                name=name,
                prefix=key[:_PREFIX_LENGTH],
                key_sha256=_digest(key),
                role=role.value,
                created_at=at,
            )
    except IntegrityError as error:
        raise Conflict(
            Message(
                f"Đã có khách hàng API tên “{name}”; hãy thu hồi khóa cũ hoặc đặt tên khác.",
                f"An API client named “{name}” exists; revoke its key or choose another name.",
            ),
            code="client_exists",
        ) from error
    return client, key


def revoke(*, name: str, at: datetime) -> ApiClient:
    """End a key; repeating it changes nothing. Raises NotFound for an unknown name."""
    client = ApiClient.objects.filter(name=name).first()
    if client is None:
        raise NotFound(
            Message(f"Không có khách hàng API tên “{name}”.", f"There is no API client named “{name}”."),
            code="client_unknown",
        )
    if client.revoked_at is None:
        client.revoked_at = at
        client.save(update_fields=["revoked_at"])
    return client


def find_by_key(key: str, *, at: datetime) -> ApiClient | None:
    """The client behind a key that is still good, or None. Notes the day of use, at most once a day."""
    client = ApiClient.objects.filter(key_sha256=_digest(key), revoked_at__isnull=True).first()
    if client is not None and client.last_used_date != at.date():
        with acting(by=f"client:{client.name}"):
            ApiClient.objects.filter(pk=client.pk).update(last_used_date=at.date())
    return client
