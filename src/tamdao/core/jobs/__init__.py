"""Background work, the outbox, idempotency keys: nothing acknowledged is lost, nothing is done twice."""
