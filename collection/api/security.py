"""Passwords, API keys and session cookies; nothing of a session is kept on the server."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from collection.api.links import LinkError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from collection.api.links import LinkSigner

SESSION_COOKIE = "collection_session"
SESSION_LIFE = timedelta(hours=12)

_SESSION = "session"
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Hash a password with argon2id.

    Parameters
    ----------
    password : str
        In the clear.

    Returns
    -------
    str
        With its salt and parameters, for the setting ``dispatchers``.
    """
    return _hasher.hash(password)


def verify_password(dispatchers: Mapping[str, str], name: str, password: str) -> bool:
    """Check a dispatcher's password, with the same work for a name that does not exist.

    Parameters
    ----------
    dispatchers : Mapping of str to str
        Name to hash.
    name : str
        Who says to be there.
    password : str
        In the clear.

    Returns
    -------
    bool
        Whether both are right.
    """
    decoy = _decoy()
    try:
        _hasher.verify(dispatchers.get(name, decoy), password)
    except (VerificationError, InvalidHashError):
        return False
    return name in dispatchers


@cache
def _decoy() -> str:
    return _hasher.hash("nobody")


def find_api_key(keys: Mapping[str, str], presented: str) -> str | None:
    """Look up whose API key it is, in a time that tells nothing of the keys.

    Parameters
    ----------
    keys : Mapping of str to str
        Marketplace name to key.
    presented : str
        What the caller sent.

    Returns
    -------
    str or None
        The marketplace's name.
    """
    digest = hashlib.sha256(presented.encode("utf-8", "replace")).digest()
    owner = None
    for name, key in keys.items():
        if hmac.compare_digest(hashlib.sha256(key.encode()).digest(), digest) and key:
            owner = name
    return owner


def issue_session(signer: LinkSigner, name: str, password_hash: str) -> str:
    """Build the value of a session cookie.

    Parameters
    ----------
    signer : LinkSigner
        Signs it.
    name : str
        Of the dispatcher.
    password_hash : str
        The present one; another password ends the session.

    Returns
    -------
    str
        Good for 12 hours.
    """
    subject = f"{_fingerprint(password_hash)}:{name}"
    return signer.sign(_SESSION, subject, signer.clock.now() + SESSION_LIFE)


def read_session(signer: LinkSigner, dispatchers: Mapping[str, str], cookie: str) -> str:
    """Read a session cookie.

    Parameters
    ----------
    signer : LinkSigner
        Reads it.
    dispatchers : Mapping of str to str
        Name to hash.
    cookie : str
        As it came.

    Returns
    -------
    str
        Name of the dispatcher.

    Raises
    ------
    LinkError
        If it is forged, has expired, or the dispatcher's password has changed.
    """
    fingerprint, _, name = signer.read(_SESSION, cookie).partition(":")
    if name not in dispatchers or fingerprint != _fingerprint(dispatchers[name]):
        raise LinkError(expired=True)
    return name


def set_session(response: Response, cookie: str, *, secure: bool) -> None:
    """Put a session cookie on an answer.

    Parameters
    ----------
    response : Response
        The answer.
    cookie : str
        From `LinkSigner.issue_session`.
    secure : bool
        Whether it is sent over HTTPS only.
    """
    response.set_cookie(
        SESSION_COOKIE,
        cookie,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=secure,
    )


def clear_session(response: Response, *, secure: bool) -> None:
    """Take the session cookie away.

    Parameters
    ----------
    response : Response
        The answer.
    secure : bool
        As it was set.
    """
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict", secure=secure)


def _fingerprint(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]
