import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.geocode.text import fold, liken, number_keys


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Bd. de l'Église", "boulevard de l eglise"),
        ("Bergstr.", "bergstrasse"),
        ("Große Straße", "grosse strasse"),
        ("  C/  Núñez ", "c nunez"),
        ("---", ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("number", "keys"),
    [
        ("12", {"12"}),
        ("12 Bis", {"12bis"}),
        ("2-4", {"24", "2", "4"} - {"24"} | {fold("2-4").replace(" ", "")}),
        ("4;6", {"46", "4", "6"}),
    ],
)
def test_number_keys(number, keys):
    assert number_keys(number) == keys


def test_likeness_tells_numbers_postcode_and_strays_apart():
    as_written = liken("12 bis rue du port 06000 nice", "rue du port", "nice")
    assert as_written.street == 1.0
    assert as_written.numbers == ("12bis", "12")
    assert as_written.postcode == "06000"
    stray = liken("rue du port rotonde", "rue du port", "nice")
    assert 0.5 < stray.street < 1


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_between_zero_and_one(query, street, city):
    assert 0 <= liken(fold(query), fold(street), fold(city)).street <= 1
