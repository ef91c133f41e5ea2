import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from starlette.requests import Request

from collection.api.assets import STATIC
from collection.api.web.texts import LANGUAGES, choose_language, texts_of
from collection.model import Battery, FailureCode, RequestState, TimeWindow

API = STATIC.parent
PAGES, WEB = API / "pages", API / "web"
BY_FIELD = {"phone", "email", "imei"}
ZONE = ZoneInfo("Europe/Monaco")


def make_request(*, query="", accept="", cookie=""):
    headers = [(b"accept-language", accept.encode()), (b"cookie", cookie.encode())]
    return Request({"type": "http", "query_string": query.encode(), "headers": headers})


def flat(words):
    return {
        f"{table}.{name}": text
        for table, content in words.items()
        if isinstance(content, dict)
        for name, text in content.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_with_the_same_places(language):
    english, other = flat(texts_of("en").words), flat(texts_of(language).words)
    assert other.keys() == english.keys()
    for key, text in other.items():
        assert text.strip(), key
        assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", english[key]), key


def test_no_word_of_the_model_is_without_words():
    words = flat(texts_of("en").words)
    for table, values in (("state", RequestState), ("battery", Battery), ("code", FailureCode)):
        assert {f"{table}.{value}" for value in values} <= words.keys()


def test_every_text_is_used_and_every_used_one_is_there():
    code = "".join(
        path.read_text() for folder in (PAGES, WEB) for path in sorted(folder.glob("*.[hp]*"))
    )
    scripts = "".join(path.read_text() for path in STATIC.glob("*.js"))
    known = flat(texts_of("en").words)
    assert set(re.findall(r"""\bt\(['"]([a-z]+\.[a-z_]+)['"]""", code)) <= known.keys()
    for key in known:
        table, _, name = key.partition(".")
        if table in {"common", "book", "track"}:
            assert re.search(rf"""['"]{key}['"]""", code), key
        elif table == "driver":
            assert re.search(rf"""['"]({key}|{name})['"]""", code), key
        elif table == "js" and name not in BY_FIELD:
            assert re.search(rf"\bwords\.{name}\b", scripts), key


@pytest.mark.parametrize(
    ("request_", "language"),
    [
        ({"accept": "de-DE,de;q=0.9,en;q=0.5"}, "de"),
        ({"accept": "it, es;q=0.4, fr;q=0.6"}, "fr"),
        ({"accept": "zh"}, "en"),
        ({"accept": ""}, "en"),
        ({"accept": "de;q=nonsense, es;q=0"}, "en"),
        ({"accept": "de", "cookie": "collection_language=es"}, "es"),
        ({"accept": "de", "cookie": "collection_language=es", "query": "lang=fr"}, "fr"),
        ({"accept": "de", "query": "lang=xx"}, "de"),
    ],
)
def test_the_language_is_the_readers(request_, language):
    assert choose_language(make_request(**request_)) == language


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Monday, 30 March, 08:00\u201310:00"),
        ("fr", "Lundi 30 mars, 08:00\u201310:00"),
        ("de", "Montag, 30. März, 08:00\u201310:00"),
        ("es", "Lunes 30 marzo, 08:00\u201310:00"),
    ],
)
def test_a_window_is_written_as_the_language_does_on_the_local_clock(language, words):
    window = TimeWindow(
        start=datetime(2026, 3, 30, 6, tzinfo=UTC), end=datetime(2026, 3, 30, 8, tzinfo=UTC)
    )
    assert texts_of(language).window(window, ZONE) == words


def test_a_day_has_no_time_zone():
    assert texts_of("en").day(date(2026, 1, 1)) == "Thursday, 1 January"
