from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from stdnum import luhn

from collection.api.fields import Email, Imei, Instant, LocalDate, Name, Notes, Phone

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


def check(kind, value):
    return TypeAdapter(kind).validate_python(value, strict=True)


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=OFFSETS))  # noqa: DTZ001
def test_an_instant_is_the_same_moment_in_utc(instant):
    read = check(Instant, instant.isoformat())
    assert read == instant
    assert read.tzinfo is UTC


ANYTHING = st.text(max_size=40) | st.integers() | st.floats() | st.booleans() | st.none()


@given(ANYTHING)
def test_what_is_no_instant_is_refused_in_order(value):
    try:
        read = check(Instant, value)
    except ValidationError:
        return
    assert read == datetime.fromisoformat(value)


@given(ANYTHING)
def test_what_is_no_date_is_refused_in_order(value):
    try:
        read = check(LocalDate, value)
    except ValidationError:
        return
    assert read.isoformat() == value


@given(st.dates(datetime(2000, 1, 1).date(), datetime(2099, 12, 31).date()))  # noqa: DTZ001
def test_a_date_is_read_back(day):
    assert check(LocalDate, day.isoformat()) == day


@given(st.integers(0, 10**14 - 1), st.integers(1, 9))
def test_an_imei_with_another_check_digit_is_refused(number, shift):
    stem = f"{number:014d}"
    digit = int(luhn.calc_check_digit(stem))
    assert check(Imei, f"{stem}{digit}") == f"{stem}{digit}"
    with pytest.raises(ValidationError):
        check(Imei, f"{stem}{(digit + shift) % 10}")


@pytest.mark.parametrize("phone", ["0639 98 00 42", " +33 (0)6 39 98 00 42 "])
def test_a_phone_is_taken_as_people_write_it(phone):
    assert check(Phone, phone) == phone.strip()


@pytest.mark.parametrize("phone", ["", " ", "0639\n980042", "0" * 33, 639980042])
def test_what_is_no_line_of_text_is_no_phone(phone):
    with pytest.raises(ValidationError):
        check(Phone, phone)


@pytest.mark.parametrize("email", ["a@b.example", "first.last+tag@sub.host.example", "é@b.example"])
def test_emails_that_are_taken(email):
    assert check(Email, email) == email


@pytest.mark.parametrize("email", ["a", "a@b", "@b.c", "a@.c", "a@b..c", "a b@c.d", "a@b.c, d@e.f"])
def test_emails_that_are_refused(email):
    with pytest.raises(ValidationError):
        check(Email, email)


@given(st.text(max_size=100))
def test_a_name_holds_something_and_no_control_characters(text):
    try:
        name = check(Name, text)
    except ValidationError:
        return
    assert name == text.strip()
    assert name
    assert name.isprintable() or all(ord(c) >= 0xA0 for c in name if not c.isprintable())


def test_notes_may_have_several_lines():
    assert check(Notes, "2nd floor\r\nring twice ") == "2nd floor\nring twice"
    with pytest.raises(ValidationError):
        check(Notes, "bell\x07")
