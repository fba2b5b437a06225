"""What decides about reports, on plain values: approval, time limits. No ORM, no clock, no input or output."""
