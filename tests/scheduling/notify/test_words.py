import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from collection.catalogue import load_catalogue
from collection.model import Device, FailureCode, TimeWindow
from collection.scheduling.notify.messages import SHORT_FOR
from collection.scheduling.notify.words import LANGUAGES, words_of
from collection.scheduling.triage import NO_PACKAGE, NO_SKILL
from collection.settings import Settings

ZONE = ZoneInfo("Europe/Monaco")


def flat(tables):
    return {
        f"{table}.{name}": text
        for table, content in tables.items()
        if isinstance(content, dict)
        for name, text in content.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_with_the_same_places(language):
    english, other = flat(words_of("en").tables), flat(words_of(language).tables)
    assert other.keys() == english.keys()
    for key, text in other.items():
        assert text.strip(), key
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key


def test_every_failure_has_a_reason_and_a_next_step_and_every_device_a_name():
    words = words_of("en")
    assert set(words.tables["why"]) == set(words.tables["next"])
    assert set(words.tables["why"]) == {*FailureCode, NO_SKILL, NO_PACKAGE}
    assert set(words.tables["device"]) == set(load_catalogue(Settings().data_dir).devices)


def test_what_goes_by_sms_has_a_short_form():
    short = {name for name, table in words_of("en").tables.items() if "short" in table}
    assert short == {kind.value for kind in SHORT_FOR}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Sunday, 1 March, 08:00\u201310:00"),
        ("fr", "dimanche 1er mars, 08:00\u201310:00"),
        ("de", "Sonntag, 1. März, 08:00\u201310:00"),
        ("es", "domingo, 1 de marzo, 08:00\u201310:00"),
        ("it", "Sunday, 1 March, 08:00\u201310:00"),
    ],
)
def test_a_window_is_written_as_the_language_does_on_the_local_clock(language, words):
    window = TimeWindow(
        start=datetime(2026, 3, 1, 7, tzinfo=UTC), end=datetime(2026, 3, 1, 9, tzinfo=UTC)
    )
    assert words_of(language).window(window, ZONE) == words
    assert words_of("fr").day(date(2026, 3, 11)) == "mercredi 11 mars"


def test_several_windows_name_their_day_once():
    first, second = (
        TimeWindow(
            start=datetime(2026, 3, 30, hour, tzinfo=UTC),
            end=datetime(2026, 3, 30, hour + 1, tzinfo=UTC),
        )
        for hour in (6, 12)
    )
    assert words_of("en").windows((first, second), ZONE) == (
        "Monday, 30 March, 08:00\u201309:00, 14:00\u201315:00"
    )


def test_devices():
    phone, laptop = Device(type="phone", imei="490154203237518"), Device(type="laptop")
    words = words_of("de")
    assert words.devices((phone, laptop, phone)) == "2 \u00d7 Handy, Laptop"
    assert words.receipt((phone, laptop)) == "- Handy, IMEI 490154203237518\n- Laptop"
    assert words.devices((Device(type="toaster"),)) == "toaster"
    assert words.number(12_345) == "12.345"
