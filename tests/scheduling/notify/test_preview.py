"""Golden files: what people read. `COLLECTION_GOLDEN=1` writes them anew, to be looked at."""

import json
import os
from pathlib import Path

import pytest

from collection.model import Channel, NoticeKind
from collection.scheduling.notify.preview import preview, samples
from collection.scheduling.notify.words import LANGUAGES, words_of
from tests.places import TERRITORY

GOLDEN = Path(__file__).parent / "golden"


def compare(name, text):
    path = GOLDEN / name
    if os.environ.get("COLLECTION_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_in_every_language(language):
    compare(f"{language}.txt", preview(TERRITORY, language))


def test_every_webhook():
    found = [d for _, d in samples(TERRITORY, "en") if d.channel is Channel.WEBHOOK]
    bodies = [json.dumps(json.loads(one.text), indent=2, ensure_ascii=False) for one in found]
    compare("webhooks.txt", "\n".join(bodies) + "\n")
    assert {one.kind for one in found} == set(NoticeKind)
    for one in found:
        body = json.loads(one.text)
        assert (body["id"], body["type"]) == (one.id, f"pickup.{one.kind}")


def test_every_text_is_shown():
    forms = {form for form, _ in samples(TERRITORY, "en")}
    assert forms == {name for name, table in words_of("en").tables.items() if "text" in table}


def test_a_webhook_names_nobody():
    for _, delivery in samples(TERRITORY, "en"):
        if delivery.channel is Channel.WEBHOOK:
            for word in ("Camille", "camille@", "99991234", "Grimaldi"):
                assert word not in delivery.text
