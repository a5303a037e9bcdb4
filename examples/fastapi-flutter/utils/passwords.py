"""Passwords are kept as scrypt hashes (RFC 7914) with a salt of their own, session tokens as SHA-256."""

import hashlib
import hmac
import os
import secrets

COST = {"n": 2**14, "r": 8, "p": 1}


def hashed(password: str) -> str:
    salt = os.urandom(16)
    return salt.hex() + ":" + hashlib.scrypt(password.encode(), salt=salt, **COST).hex()


def fits(password: str, kept: str) -> bool:
    salt, _, digest = kept.partition(":")
    again = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), **COST)
    return hmac.compare_digest(again.hex(), digest)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
