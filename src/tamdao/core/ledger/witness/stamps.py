"""The witness that is a time-stamp authority (RFC 3161): it knows nothing of the ledger, and its clock is not ours."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import (
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.base import HashAlgorithm

from tamdao.core.ledger import notes, times
from tamdao.kit.messages import Message

from . import calls
from .places import Failed, Last

# public authorities serve all; a stamp an hour bounds what can be written anew
EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stamps:
    """Gets a checkpoint an hour. `authorities` is the file (PEM) with the certificates it is trusted by: a root, those
    between, and perhaps its own.
    """

    url: str
    authorities: Path | None
    pause: float = 60.0
    keeps: str = "all"

    @property
    def name(self) -> str:
        """The authority by its address."""
        return f"stamp {urlsplit(self.url).netloc}"[:200]

    @property
    def title(self) -> Message:
        """As people read it."""
        host = urlsplit(self.url).netloc
        return Message(f"dấu thời gian {host}", f"time-stamps of {host}")

    def wants(self, note: notes.Note, last: Last) -> bool:
        """A new one when an hour has passed, or the clock went back."""
        if note.size == last.size:
            return False
        return not last.at or not timedelta() <= times.read(note.at) - times.read(last.at) < EVERY

    def deliver(self, text: str, note: notes.Note, last: Last) -> str:
        """The answer of the authority as base64, checked. Failed when it gives none that holds."""
        try:
            # authorities built on OpenSSL send a chain in an order that is no DER; whoever has their certificate
            # in the file need not be sent any
            wanted = not any(_stamps(one) for one in self._certificates())
        except ValueError as error:
            raise Failed(Message(str(error), str(error))) from error
        request = (
            TimestampRequestBuilder()
            .data(text.encode())
            .hash_algorithm(HashAlgorithm.SHA256)
            .cert_request(cert_request=wanted)
            .build()
        )
        answer = calls.post(self.url, request.as_bytes(), "application/timestamp-query")
        if answer.status != 200:
            raise Failed(Message(f"trả lời {answer.status}", f"it answers {answer.status}"))
        try:
            found = decode_timestamp_response(answer.content)
            self._verify(found, text, nonce=request.nonce)
        except ValueError as error:
            raise Failed(
                Message(f"dấu thời gian không đúng: {error}", f"its time-stamp is wrong: {error}")
            ) from error
        return base64.b64encode(answer.content).decode()

    def check(self, receipt: str, text: str) -> None:
        """ValueError unless the receipt is a time-stamp over this checkpoint by the authority that is set."""
        self._verify(decode_timestamp_response(base64.b64decode(receipt, validate=True)), text, nonce=None)

    def _verify(self, found: TimeStampResponse, text: str, *, nonce: int | None) -> None:
        builder = VerifierBuilder(nonce=nonce)
        for one in self._certificates():
            if _stamps(one):
                builder = builder.tsa_certificate(one)
            elif one.issuer == one.subject:
                # trusted are those that issued themselves; the others lead to them
                builder = builder.add_root_certificate(one)
            else:
                builder = builder.add_intermediate_certificate(one)
        try:
            builder.build().verify_message(found, text.encode())
        except (ValueError, VerificationError) as error:
            raise ValueError(str(error)) from error

    def _certificates(self) -> list[x509.Certificate]:
        """What the file of authorities holds. ValueError when there is no such file."""
        if self.authorities is None:
            raise ValueError("TAMDAO_WITNESS_TSA_CA?")
        try:
            return x509.load_pem_x509_certificates(self.authorities.read_bytes())
        except OSError as error:
            raise ValueError(f"{self.authorities}: {error.strerror}") from error


def _stamps(one: x509.Certificate) -> bool:
    try:
        purposes = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in purposes
