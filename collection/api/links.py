"""Signed, expiring links: each opens one route or one pickup request."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from itsdangerous import BadData, URLSafeSerializer

from collection.errors import InvalidRequest
from collection.model import plan_of

if TYPE_CHECKING:
    from collection.model import PickupRequest
    from collection.ports import Clock
    from collection.settings import Settings

TRACKING_LIFE = timedelta(days=120)
"""From the booking: longer than any day that can be booked, and time to ask afterwards."""
DRIVER_LIFE = timedelta(days=2)
"""From the start of the route's date."""

_SHORTEST_SECRET = 16
_DRIVER, _CUSTOMER = "driver link", "customer link"


class LinkError(Exception):
    """A link, or a session, that opens nothing.

    Parameters
    ----------
    expired : bool
        Whether it was good once.
    """

    def __init__(self, *, expired: bool) -> None:
        super().__init__("the link has expired" if expired else "the link is forged or cut off")
        self.expired = expired


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSigner:
    """Signs and reads tokens.

    Parameters
    ----------
    secret : str
        Of at least 16 characters; another one makes all links and sessions void.
    base_url : str
        Address under which people reach the API.
    clock : Clock
        The present.
    """

    secret: str
    base_url: str
    clock: Clock

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> LinkSigner:
        """Build the signer of the settings.

        Parameters
        ----------
        settings : Settings
            With ``secret_key`` and ``base_url``.
        clock : Clock
            The present.

        Returns
        -------
        LinkSigner
            The signer.

        Raises
        ------
        InvalidRequest
            If the secret is too short.
        """
        secret = settings.secret_key.get_secret_value()
        if len(secret) < _SHORTEST_SECRET:
            raise InvalidRequest(
                f"COLLECTION_SECRET_KEY needs at least {_SHORTEST_SECRET} characters",
                field="secret_key",
            )
        base_url = settings.base_url or f"http://{settings.host}:{settings.port}"
        return cls(secret=secret, base_url=base_url.rstrip("/"), clock=clock)

    def driver_token(self, route_id: str) -> str:
        """Token that opens one route.

        Parameters
        ----------
        route_id : str
            ``<territory>.<date>.v<version>.<vehicle>``.

        Returns
        -------
        str
            Good until two days after the start of the route's date.
        """
        day = date.fromisoformat(plan_of(route_id).split(".")[1])
        return self.sign(_DRIVER, route_id, datetime.combine(day, time(), UTC) + DRIVER_LIFE)

    def tracking_token(self, request: PickupRequest) -> str:
        """Token that opens one pickup request.

        Parameters
        ----------
        request : PickupRequest
            Which; the same request always has the same token.

        Returns
        -------
        str
            Good for 120 days from the booking.
        """
        return self.sign(_CUSTOMER, request.id, request.created_at + TRACKING_LIFE)

    def driver_url(self, route_id: str) -> str:
        """Link for a driver's phone.

        Parameters
        ----------
        route_id : str
            Which route.

        Returns
        -------
        str
            Absolute.
        """
        return f"{self.base_url}/driver/{self.driver_token(route_id)}"

    def tracking_url(self, request: PickupRequest) -> str:
        """Link for a customer.

        Parameters
        ----------
        request : PickupRequest
            Which request.

        Returns
        -------
        str
            Absolute.
        """
        return f"{self.base_url}/track/{self.tracking_token(request)}"

    def route_of(self, token: str) -> str:
        """Read a driver's token.

        Parameters
        ----------
        token : str
            As it came.

        Returns
        -------
        str
            Id of the route.

        Raises
        ------
        LinkError
            If it is forged or has expired.
        """
        return self.read(_DRIVER, token)

    def request_of(self, token: str) -> str:
        """Read a customer's token.

        Parameters
        ----------
        token : str
            As it came.

        Returns
        -------
        str
            Id of the pickup request.

        Raises
        ------
        LinkError
            If it is forged or has expired.
        """
        return self.read(_CUSTOMER, token)

    def sign(self, purpose: str, subject: str, expires: datetime) -> str:
        """Sign a subject for a purpose.

        Parameters
        ----------
        purpose : str
            A token of one purpose is forged for any other.
        subject : str
            What the token stands for.
        expires : datetime
            Aware instant.

        Returns
        -------
        str
            Fit for an address or a cookie.
        """
        return self._serializer(purpose).dumps([subject, int(expires.timestamp())])

    def read(self, purpose: str, token: str) -> str:
        """Read a token of a purpose.

        Parameters
        ----------
        purpose : str
            As it was signed.
        token : str
            As it came.

        Returns
        -------
        str
            The subject.

        Raises
        ------
        LinkError
            If it is forged or has expired.
        """
        try:
            subject, expires = self._serializer(purpose).loads(token)
        except (BadData, UnicodeError):
            raise LinkError(expired=False) from None
        if self.clock.now().timestamp() >= expires:
            raise LinkError(expired=True)
        return str(subject)

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self.secret,
            salt=f"collection {purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
