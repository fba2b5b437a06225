"""`tamdao-verify`: checks an export of the ledger with the public key alone.

A program of its own: the standard library and `cryptography`, no Django, no database, nothing of the rest of Tam Đảo
(.importlinter holds it to that). It may be copied to another machine by itself. Its tree, its notes and its canonical
JSON are written apart from those of the sealer, so that a mistake in one is not repeated in the other.
"""
