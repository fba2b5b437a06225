"""Signing in: passwords, second factors, passkeys, OpenID Connect, lock-out, sessions."""
