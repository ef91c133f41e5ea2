"""From the words of an address to its place: an embedded index, or a service by URL."""

from collection.geocode.index import IndexGeocoder, iter_addresses, write_index
from collection.geocode.merged import MergedGeocoder
from collection.geocode.online import BanGeocoder, NominatimGeocoder

__all__ = [
    "BanGeocoder",
    "IndexGeocoder",
    "MergedGeocoder",
    "NominatimGeocoder",
    "iter_addresses",
    "write_index",
]
