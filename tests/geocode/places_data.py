"""A few streets and houses, written to an index."""

from collection.geocode import write_index
from collection.model import Position, StreetAddress


def address(street, number="", *, postcode="98000", city="Monaco", lon=7.42, lat=43.73):
    return StreetAddress(
        street=street,
        number=number,
        postcode=postcode,
        city=city,
        position=Position(lon=lon, lat=lat),
    )


PLACES = [
    address("Avenue de la Madone"),
    address("Avenue de la Madone", "4", lon=7.425),
    address("Avenue de la Madone", "4 bis", lon=7.426),
    address("Avenue de la Madone", "14", lon=7.427),
    address("Boulevard Princesse Charlotte"),
    address("Boulevard Princesse Charlotte", "30", postcode="98001"),
    address("Quai Antoine 1er"),
    address("Quai Antoine 1er", "4", lon=7.421),
    address("Rue du 11 Novembre"),
    address("Rue du 11 Novembre", "11"),
    address("Rue de l'Église", postcode="06320", city="La Turbie"),
    address("Rue de l'Église", "7", postcode="06320", city="La Turbie", lon=7.40),
    address("Rue de l'Église", postcode="06190", city="Roquebrune-Cap-Martin"),
    address("Rue de l'Église", "7", postcode="06190", city="Roquebrune-Cap-Martin", lon=7.46),
    address("Kurfürsten-Anlage"),
    address("Kurfürsten-Anlage", "234-236"),
    address("Hauptstraße"),
    address("Hauptstraße", "1"),
    address("Rue Bosio"),
]


def index_of(folder, places=PLACES):
    path = folder / "addresses.sqlite"
    write_index(path, places)
    return path
