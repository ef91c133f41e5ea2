import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from collection.model import Channel, Device, NoticeKind
from collection.scheduling.notify.messages import SHORT_FOR, Writer
from collection.scheduling.notify.notices import Notice
from collection.scheduling.notify.words import no_link
from tests.places import TERRITORY, make_request
from tests.scheduling.notify.world import KIOSK

NOON = datetime(2026, 3, 4, 11, tzinfo=UTC)
NIGHT = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
WRITER = Writer(territory=TERRITORY, link_of=lambda request: f"https://x.example/{request.id}")


def make_notice(kind=NoticeKind.CONFIRMED, **changes):
    request = make_request(hours=((10, 12),))
    arrival = request.windows[0]
    fields = {"form": kind.value, "request": request, "at": NOON, "arrival": arrival}
    if kind in {NoticeKind.ANNOUNCED, NoticeKind.DROPPED_OFF}:
        fields["site"] = KIOSK
    return Notice(kind=kind, **{**fields, "code": "not_home", **changes})


def written(notice, now=NOON):
    deliveries = WRITER.deliveries(notice, entry_id="7-0", event_id="6-0", now=now)
    return {delivery.channel: delivery for delivery in deliveries}


@pytest.mark.parametrize("kind", NoticeKind)
def test_channels_of_each_kind(kind):
    found = set(written(make_notice(kind)))
    assert found == {Channel.MAIL, Channel.WEBHOOK} | (
        {Channel.SMS, Channel.PUSH} if kind in SHORT_FOR else set()
    )


def test_the_same_entry_gives_the_same_ids():
    notice = make_notice(NoticeKind.NEXT_STOP)
    first, again = written(notice), written(notice, now=NOON + timedelta(hours=3))
    assert [one.id for one in first.values()] == [one.id for one in again.values()]
    assert first[Channel.MAIL].id == "monaco.1.7-0.next_stop.mail"
    assert len({one.id for one in first.values()}) == 4


def test_whom_each_goes_to():
    found = written(make_notice(NoticeKind.NEXT_STOP))
    assert {channel: one.to for channel, one in found.items()} == {
        Channel.MAIL: "camille@example.org",
        Channel.SMS: "+37799991234",
        Channel.PUSH: "ref-1",
        Channel.WEBHOOK: "ref-1",
    }


def test_without_mail_or_phone_there_is_none():
    notice = make_notice(NoticeKind.NEXT_STOP)
    nobody = replace(notice.request.customer, email="", phone="")
    found = written(replace(notice, request=replace(notice.request, customer=nobody)))
    assert set(found) == {Channel.PUSH, Channel.WEBHOOK}


@pytest.mark.parametrize(("asked", "language"), [("de", "de"), ("es", "es"), ("it", "fr")])
def test_the_customers_language_or_the_countrys(asked, language):
    notice = make_notice()
    customer = replace(notice.request.customer, language=asked)
    found = written(replace(notice, request=replace(notice.request, customer=customer)))
    assert found[Channel.MAIL].language == language


def test_at_night_only_the_machine_is_told_at_once():
    found = written(make_notice(NoticeKind.UNASSIGNED), now=NIGHT)
    morning = datetime(2026, 3, 5, 7, tzinfo=UTC)
    assert found[Channel.WEBHOOK].due == NIGHT
    assert {found[one].due for one in (Channel.MAIL, Channel.SMS, Channel.PUSH)} == {morning}


def test_what_nobody_wants_any_more_expires():
    assert written(make_notice())[Channel.MAIL].expires is None
    found = written(make_notice(NoticeKind.NEXT_STOP))
    assert found[Channel.SMS].expires == NOON + timedelta(hours=1)
    assert found[Channel.WEBHOOK].expires is None
    end = make_notice().request.windows[0].end
    planned = written(make_notice(NoticeKind.PLANNED))[Channel.MAIL]
    assert planned.expires == end + timedelta(hours=1)


def test_a_subject_is_short_and_a_text_has_no_place_left():
    for kind in NoticeKind:
        for one in written(make_notice(kind)).values():
            if one.channel is not Channel.WEBHOOK:
                assert "{" not in one.subject + one.text
                assert len(one.subject) < 120


def test_what_a_customer_is_called_is_never_read_as_a_place():
    notice = make_notice()
    customer = replace(notice.request.customer, name="{link} {0} %s")
    found = written(replace(notice, request=replace(notice.request, customer=customer)))
    assert "{link} {0} %s" in found[Channel.MAIL].text


class TestSomeLeft:
    """A phone is taken, a laptop stays."""

    def found(self, kind, left="hazard: no_skill"):
        request = make_notice().request
        devices = (
            Device(type="phone", label="2CKWP7MHXQ", scanned_for=request.day, received_at=NOON),
            Device(type="laptop", left=left, scanned_for=request.day),
        )
        customer = replace(request.customer, language="en")
        request = replace(request, devices=devices, customer=customer)
        return written(make_notice(kind, request=request))

    def test_the_receipt_lists_what_was_taken_and_what_stayed(self):
        text = self.found(NoticeKind.COLLECTED)[Channel.MAIL].text
        receipt, _, stayed = text.partition("These stayed with you:")
        assert "- Phone" in receipt
        assert "Laptop" not in receipt
        assert "- Laptop: its battery needs a driver who is trained for it." in stayed
        assert "book a new pickup" in stayed
        assert "Number of devices: 1\n" in receipt

    def test_a_drivers_own_words_are_not_the_customers(self):
        text = self.found(NoticeKind.COLLECTED, left="Nicht da")[Channel.MAIL].text
        assert "- Laptop: our driver did not take it." in text
        assert "Nicht da" not in text

    def test_only_what_the_hub_has_is_received(self):
        text = self.found(NoticeKind.RECEIVED)[Channel.MAIL].text
        assert "Devices: Phone\n" in text

    def test_the_repair_is_opened_for_what_the_hub_has(self):
        body = json.loads(self.found(NoticeKind.RECEIVED)[Channel.WEBHOOK].text)
        phone, laptop = body["request"]["devices"]
        assert (phone["label"], phone["left"]) == ("2CKWP7MHXQ", "")
        assert phone["received_at"] == "2026-03-04T11:00:00Z"
        assert (laptop["left"], laptop["received_at"]) == ("hazard: no_skill", None)

    def test_what_was_left_on_an_earlier_day_does_not_stay(self):
        notice = make_notice(NoticeKind.COLLECTED)
        before = Device(type="laptop", left="x", scanned_for=notice.request.day - timedelta(1))
        request = replace(notice.request, devices=(before,))
        found = written(replace(notice, request=request))
        assert json.loads(found[Channel.WEBHOOK].text)["request"]["devices"][0]["left"] == ""
        assert "\n- Ordinateur portable\n" in found[Channel.MAIL].text


def test_no_mail_program_makes_a_link_of_what_a_customer_wrote():
    evil = "https://evil.example/x www.evil.example evil@evil.example"
    notice = make_notice()
    request = replace(
        notice.request,
        reference=evil,
        customer=replace(notice.request.customer, name=evil),
        address=replace(notice.request.address, line1=evil),
    )
    mail = written(replace(notice, request=request))[Channel.MAIL]
    assert mail.text.count(mail.link) == mail.text.count("://") == 1
    assert "evil.example" not in mail.text
    assert "@evil" not in mail.text


def test_names_and_addresses_stay_as_they_are():
    for text in ("Zoë O'Hara-Müller", "Dr. J. Roux", "12.5 Rue Grimaldi, 98000 Monaco", "R-1:2"):
        assert no_link(text) == text


def test_the_dispatcher_gets_one_mail_for_all():
    requests = [(make_request(name), "no_capacity: full") for name in ("1", "2")]
    mail = WRITER.alarm(
        requests,
        day=requests[0][0].day,
        entry_id="7-0",
        to="desk@example.org",
        link="https://x.example/dispatch",
        now=NIGHT,
    )
    assert (mail.id, mail.due, mail.to) == ("monaco.7-0.dispatcher", NIGHT, "desk@example.org")
    for part in ("ref-1", "ref-2", "no_capacity: full", "https://x.example/dispatch"):
        assert part in mail.text
