"""Signing up, in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException
from pydantic import BaseModel, Field

from utils import passwords, settings
from utils.database import pool

router = APIRouter(tags=["accounts"])
# So that an unknown address takes as long as a wrong password.
NOBODY = passwords.hashed("nobody")


class Credentials(BaseModel):
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)
    password: str = Field(min_length=10, max_length=200)


def signed_in(authorization: Annotated[str, Header()] = "") -> str:
    """The account whose token comes with the request; 401 for none."""
    token = authorization.removeprefix("Bearer ")
    with pool.connection() as connection:
        row = connection.execute(
            "select email from session where token_hash = %s and expires_at > now()", (passwords.token_hash(token),)
        ).fetchone()
    if row is None:
        raise HTTPException(401, "sign in first: POST /api/sign-in", {"WWW-Authenticate": "Bearer"})
    return row[0]


@router.post("/sign-up", status_code=201)
def sign_up(credentials: Credentials) -> dict[str, str]:
    email = credentials.email.lower()
    with pool.connection() as connection:
        made = connection.execute(
            "insert into account (email, password) values (%s, %s) on conflict do nothing",
            (email, passwords.hashed(credentials.password)),
        ).rowcount
    if not made:
        raise HTTPException(409, "this address has an account; sign in with it")
    return {"email": email}


@router.post("/sign-in")
def sign_in(credentials: Credentials) -> dict[str, str]:
    email = credentials.email.lower()
    with pool.connection() as connection:
        row = connection.execute("select password from account where email = %s", (email,)).fetchone()
        if not passwords.fits(credentials.password, row[0] if row else NOBODY) or row is None:
            raise HTTPException(401, "the address or the password is wrong")
        token = passwords.new_token()
        connection.execute("delete from session where expires_at < now()")
        connection.execute(
            "insert into session (token_hash, email, expires_at) values (%s, %s, now() + make_interval(hours => %s))",
            (passwords.token_hash(token), email, settings.SESSION_HOURS),
        )
    return {"token": token}


@router.post("/sign-out", status_code=204)
def sign_out(_: Annotated[str, Depends(signed_in)], authorization: Annotated[str, Header()]) -> None:
    with pool.connection() as connection:
        connection.execute(
            "delete from session where token_hash = %s", (passwords.token_hash(authorization.removeprefix("Bearer ")),)
        )
