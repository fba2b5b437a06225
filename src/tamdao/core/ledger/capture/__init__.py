"""Generated row triggers: every write to an audited table leaves a row in `ledger_pending`, whoever writes."""
