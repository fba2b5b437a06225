"""The names under which a request carries its key against repetition."""

from __future__ import annotations

# draft-ietf-httpapi-idempotency-key-header
HEADER = "Idempotency-Key"
# answers that were given before say so
REPEATED = "Idempotency-Replayed"
# pages have no headers of their own: forms carry the key in this field
FORM_KEY = "idempotency_key"
