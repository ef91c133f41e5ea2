"""Phone numbers, languages and postcodes, as the countries' files say."""

from contextlib import suppress
from dataclasses import replace
from datetime import date

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.errors import InvalidRequest
from collection.model import Customer
from collection.scheduling.contact import plain_postcode, reachable
from tests.lands import COUNTRIES
from tests.places import TERRITORY

DAY = date(2026, 11, 27)


def reached(phone, *, code="mc", at=None, language="fr"):
    customer = Customer(name="Ada", phone=phone, email="a@example.org", language=language)
    return reachable(customer, COUNTRIES[code], address_country=code if at is None else at, day=DAY)


@pytest.mark.parametrize(
    ("code", "phone", "written"),
    [
        ("fr", "06 39 98 00 42", "+33639980042"),
        ("fr", "+33 (0)6 39 98 00 42", "+33639980042"),
        ("fr", "0033 639980042", "+33639980042"),
        ("de", "0151/2345 6789", "+4915123456789"),
        ("de", "+49 151 23456789", "+4915123456789"),
        ("es", "612 34 56 78", "+34612345678"),
        ("mc", "06 12 34 56 78", "+377612345678"),
        ("mc", "99 99 12 34", "+37799991234"),
        ("mc", "+33639980042", "+33639980042"),
        ("de", "+41 79 123 45 67", "+41791234567"),
    ],
)
def test_a_number_is_read_as_it_is_dialled_at_the_address_and_kept_in_e164(code, phone, written):
    assert reached(phone, code=code).phone == written


def test_the_address_counts_before_the_territory_where_they_differ():
    assert reached("06 39 98 00 42", code="mc", at="fr").phone == "+33639980042"
    assert reached("99 99 12 34", code="mc", at="").phone == "+37799991234"
    assert reached("99 99 12 34", code="mc", at="zz").phone == "+37799991234"


@pytest.mark.parametrize(
    ("phone", "says"),
    [
        ("at home", "no phone number; write it like +377 6 12 34 56 78"),
        ("+999123456", "no phone number; write it like +377"),
        ("+3361", "too many or too few digits; write it like +377"),
        ("1", "no phone number"),
        ("99 99 12 34 ext. 7", "leave it out"),
    ],
)
def test_a_number_that_cannot_be_one_is_answered_with_the_fix(phone, says):
    with pytest.raises(InvalidRequest) as caught:
        reached(phone)
    assert caught.value.field == "customer.phone"
    assert says in caught.value.message


@given(st.text(max_size=32), st.sampled_from(sorted(COUNTRIES)))
def test_whatever_is_written_is_kept_in_e164_or_refused(text, code):
    with suppress(InvalidRequest):
        phone = reached(text, code=code).phone
        number = phonenumbers.parse(phone, None)
        assert phonenumbers.is_possible_number(number)
        # What is kept is read again as the same number, wherever the address is.
        assert {reached(phone, code=other).phone for other in COUNTRIES} == {phone}


def test_who_names_no_language_is_written_to_in_the_country_s():
    assert reached("612345678", code="es", language="").language == "es"
    assert reached("612345678", code="es", language="en").language == "en"


def test_a_language_that_the_country_s_file_does_not_list_is_refused():
    spain = replace(COUNTRIES["es"], languages=("es", "en"))
    customer = Customer(name="Ada", phone="612345678", email="", language="de")
    with pytest.raises(InvalidRequest, match="in Spain are written to in es, en") as caught:
        reachable(customer, spain, address_country="es", day=DAY)
    assert caught.value.field == "customer.language"


@pytest.mark.parametrize(
    ("code", "text", "written"),
    [
        *(("fr", "69 002", "69002"), ("fr", "F-75001", "75001"), ("fr", "20000", "20000")),
        *(("de", "D-69117", "69117"), ("de", "01067", "01067"), ("de", "d-01067 ", "01067")),
        *(("es", "28013", "28013"), ("es", "E-35001", "35001"), ("es", "52001", "52001")),
        *(("mc", "98000", "98000"), ("mc", "MC-98000", "98000"), ("mc", "", "")),
    ],
)
def test_postcodes_are_written_as_the_post_does(code, text, written):
    assert plain_postcode(text, COUNTRIES[code], day=DAY) == written


@pytest.mark.parametrize(
    ("code", "text"),
    [
        *(("fr", "97400"), ("fr", "7500"), ("fr", "00100"), ("fr", "98000")),
        *(("de", "00999"), ("de", "6911"), ("de", "691170"), ("de", "6911x")),
        *(
            ("es", "53001"),
            ("es", "00100"),
            ("es", "2801"),
            ("es", "\u0661\u0662\u0663\u0664\u0665"),
        ),
        *(("mc", "97000"), ("mc", "06500"), ("mc", "Monaco")),
    ],
)
def test_what_is_no_postcode_of_the_country_is_answered_with_one(code, text):
    example = COUNTRIES[code].postcodes[0].example
    with pytest.raises(
        InvalidRequest, match=f"{COUNTRIES[code].name}; write it like {example}"
    ) as e:
        plain_postcode(text, COUNTRIES[code], day=DAY)
    assert e.value.field == "address.postcode"


def test_a_country_without_a_rule_takes_what_is_written():
    plain = replace(TERRITORY.country, postcodes=())
    assert plain_postcode("SW1A 1AA", plain, day=DAY) == "SW1A 1AA"
    before = date(1950, 1, 1)
    assert plain_postcode("x", COUNTRIES["de"], day=before) == "x"
