"""Geocoders by URL: the French Base Adresse Nationale and Nominatim.

Both fall back on another geocoder, usually the embedded index, when the service is slow,
out of order or answers nonsense: a booking never waits for a third party.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import httpx
import structlog

from collection.geocode.text import fold, liken, to_match
from collection.model import AddressMatch, Position, StreetAddress

if TYPE_CHECKING:
    from collection.ports import Geocoder

_BACKOFF_SECONDS = 0.2
_RETRIED = {429, 500, 502, 503, 504}
_TOWN_KEYS = ("city", "town", "village", "municipality", "hamlet")

_log = structlog.get_logger(__name__)


class _OnlineGeocoder(ABC):
    def __init__(
        self,
        url: str,
        fallback: Geocoder,
        *,
        timeout: float = 3.0,
        retries: int = 2,
        user_agent: str = "collection-planner",
        backoff: float = _BACKOFF_SECONDS,
    ) -> None:
        self._url = url
        self._fallback = fallback
        self._retries = retries
        self._backoff = backoff
        self._client = httpx.Client(timeout=timeout, headers={"User-Agent": user_agent})

    def search(self, text: str, *, limit: int = 5) -> tuple[AddressMatch, ...]:
        """Addresses that match a text, best first.

        Parameters
        ----------
        text : str
            What somebody typed, whole or in part.
        limit : int
            How many at most.

        Returns
        -------
        tuple of AddressMatch
            The service's answer; the fallback's where the service fails.
        """
        try:
            matches = self._parse(self._get(self._query(text, limit)), text)
        except (httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError) as error:
            # The error's own text may hold the address that was asked for: not for logs.
            _log.warning(
                "geocoder_fallback",
                geocoder=type(self).__name__,
                url=self._url,
                error=type(error).__name__,
                status=getattr(getattr(error, "response", None), "status_code", None),
            )
            return self._fallback.search(text, limit=limit)
        ranked = sorted(matches, key=lambda match: -match.score)
        return tuple(ranked[:limit])

    @abstractmethod
    def _query(self, text: str, limit: int) -> dict[str, str | int]: ...

    @abstractmethod
    def _parse(self, answer: Any, text: str) -> list[AddressMatch]: ...

    def _get(self, query: dict[str, str | int]) -> Any:
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            try:
                response = self._client.get(self._url, params=query)
            except httpx.TransportError:
                if last:
                    raise
            else:
                if response.status_code not in _RETRIED or last:
                    return response.raise_for_status().json()
            time.sleep(self._backoff * 2**attempt)
        raise AssertionError


class BanGeocoder(_OnlineGeocoder):
    """The French Base Adresse Nationale, or any server with its interface.

    Parameters
    ----------
    url : str
        Address of its search, like ``https://api-adresse.data.gouv.fr/search/``.
    fallback : Geocoder
        Answers when the service does not.
    timeout : float
        Seconds for one try.
    retries : int
        Tries after the first.
    user_agent : str
        Who asks.
    backoff : float
        Seconds before the first retry; doubles with each.
    """

    def _query(self, text: str, limit: int) -> dict[str, str | int]:
        return {"q": text, "limit": limit}

    def _parse(self, answer: Any, text: str) -> list[AddressMatch]:  # noqa: ARG002 - BAN scores
        matches = []
        for feature in answer["features"]:
            properties = feature["properties"]
            lon, lat = feature["geometry"]["coordinates"][:2]
            matches.append(
                AddressMatch(
                    label=str(properties["label"]),
                    line1=str(properties.get("name", properties["label"])),
                    postcode=str(properties.get("postcode", "")),
                    city=str(properties.get("city", "")),
                    country="fr",
                    position=Position(lon=float(lon), lat=float(lat)),
                    score=min(1.0, max(0.0, float(properties["score"]))),
                    exact=properties.get("type") == "housenumber",
                )
            )
        return matches


class NominatimGeocoder(_OnlineGeocoder):
    """Nominatim, the public one or your own.

    Its importance says how well known a place is, not how well it fits: matches are
    scored as the index scores them.

    Parameters
    ----------
    url : str
        Address of its search, like ``https://nominatim.openstreetmap.org/search``.
    fallback : Geocoder
        Answers when the service does not.
    timeout : float
        Seconds for one try.
    retries : int
        Tries after the first.
    user_agent : str
        Who asks; the public server refuses anonymous ones.
    backoff : float
        Seconds before the first retry; doubles with each.
    """

    def _query(self, text: str, limit: int) -> dict[str, str | int]:
        return {"q": text, "format": "jsonv2", "addressdetails": 1, "limit": limit}

    def _parse(self, answer: Any, text: str) -> list[AddressMatch]:
        if not isinstance(answer, list):
            raise TypeError("not a list of places")
        query = fold(text)
        matches = []
        for place in answer:
            parts = place.get("address", {})
            address = StreetAddress(
                street=str(parts.get("road") or place.get("name") or place["display_name"]),
                number=str(parts.get("house_number", "")),
                postcode=str(parts.get("postcode", "")),
                city=next((str(parts[key]) for key in _TOWN_KEYS if key in parts), ""),
                position=Position(lon=float(place["lon"]), lat=float(place["lat"])),
            )
            score = liken(query, fold(address.street), fold(address.city)).score(address)
            matches.append(to_match(address, str(parts.get("country_code", "")), score=score))
        return matches
