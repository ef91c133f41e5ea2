from collection.model import Position, StreetAddress
from collection.routing.addresses import clean_addresses
from tests.routing.streets_data import make_network

NETWORK = make_network(
    [(7.0, 43.0), (7.0, 43.01), (7.01, 43.0)],
    [(0, 1, 100, 1_112, True, "Rue Nord"), (0, 2, 80, 813, True, "")],
)


def house(number, *, street="Rue Nord", postcode="", city="", lon=7.0, lat=43.001):
    return StreetAddress(
        street=street,
        number=number,
        postcode=postcode,
        city=city,
        position=Position(lon=lon, lat=lat),
    )


def test_streets_and_houses_in_reading_order():
    found = clean_addresses([house("12"), house("2 bis"), house("2")], NETWORK)
    assert [(a.street, a.number) for a in found] == [
        ("Rue Nord", ""),
        ("Rue Nord", "2"),
        ("Rue Nord", "2 bis"),
        ("Rue Nord", "12"),
    ]


def test_gaps_are_filled_by_the_neighbours_vote():
    known = [house(str(i), postcode="06240", city="Beausoleil") for i in (1, 2, 3)]
    stray = house("4", postcode="98000", city="Monaco")
    found = clean_addresses([*known, stray, house("9")], NETWORK)
    (filled,) = [a for a in found if a.number == "9"]
    assert (filled.postcode, filled.city) == ("06240", "Beausoleil")
    (kept,) = [a for a in found if a.number == "4"]
    assert (kept.postcode, kept.city) == ("98000", "Monaco")


def test_far_neighbours_have_no_vote():
    found = clean_addresses(
        [house("1", postcode="98000", city="Monaco", lat=44.0), house("9")], NETWORK
    )
    (bare,) = [a for a in found if a.number == "9"]
    assert (bare.postcode, bare.city) == ("", "")


def test_the_shops_of_a_house_are_one_address_and_namesakes_elsewhere_are_not():
    shops = [
        house("5", postcode="98000", city="Monaco"),
        house("5", postcode="98020", city="Monaco", lat=43.0011),
        house("5", street="rue nord", city="Monaco"),
    ]
    elsewhere = house("5", postcode="06000", city="Nice", lat=43.3)
    found = [a for a in clean_addresses([*shops, elsewhere], NETWORK) if a.number]
    assert sorted(a.postcode for a in found) == ["06000", "98000"]


def test_no_houses_at_all():
    (street,) = clean_addresses([], NETWORK)
    assert (street.street, street.number, street.city) == ("Rue Nord", "", "")
