"""Who brings devices to a site is told as who has them collected."""

import json
from dataclasses import replace

import pytest

from collection.model import Channel, Customer, Device, DropOff, Event, EventType, RequestState
from tests.places import CUSTOMER, DAY, make_request
from tests.scheduling.notify.world import NOON, PLACE, World

ONE, TWO = "1000000001", "2000000002"
NOBODY = Customer(name="Kiosk", phone="", email="", language="fr")


class Kiosk(World):
    def announce(self, *, devices=2):
        drop_off = DropOff(
            id="monaco.drop-a",
            territory="monaco",
            site_id="kiosk",
            reference="ORDER-9",
            code="A7",
            customer=replace(CUSTOMER, language="en"),
            devices=(Device(type="phone"),) * devices,
            created_at=NOON,
            expires_at=NOON,
        )
        event = Event(type=EventType.ANNOUNCED, **PLACE, at=NOON, site_id="kiosk", text=drop_off.id)
        return self.drop_offs.announce(drop_off, event, capacity=9)

    def bring(self, drop_off, *labels):
        for number, label in enumerate(labels):
            event = Event(
                type=EventType.DROPPED_OFF,
                **PLACE,
                at=NOON,
                label=label,
                device=number,
                site_id="kiosk",
                text=drop_off.id,
            )
            drop_off = self.drop_offs.drop(drop_off, number, event)
        devices = tuple(replace(device, scanned_at=None) for device in drop_off.devices)
        pickup = make_request("site", reference="SITE-kiosk", customer=NOBODY, devices=devices)
        self.requests.book(pickup)
        self.drop_offs.assign(drop_off, pickup.id, {n: n for n, _ in enumerate(labels)})
        return drop_off

    def receive(self, number, label):
        event = Event(
            type=EventType.RECEIVED,
            **PLACE,
            at=NOON,
            request_id="monaco.site",
            label=label,
            device=number,
            site_id="hub",
        )
        pickup = self.requests.get("monaco.site")
        implied = replace(event, type=EventType.COLLECTED, label=None, device=None)
        self.custody.receive(pickup, number, event, implied=implied)

    def mails(self):
        self.deliverer.once()
        found = list(self.senders[Channel.MAIL].sent)
        self.senders[Channel.MAIL].sent.clear()
        return found

    def hooks(self):
        found = [json.loads(one.text) for one in self.senders[Channel.WEBHOOK].sent]
        self.senders[Channel.WEBHOOK].sent.clear()
        return found


@pytest.fixture
def kiosk():
    return Kiosk()


def test_the_code_and_the_opening_hours_are_mailed(kiosk):
    kiosk.announce()
    (mail,) = kiosk.mails()
    assert (mail.kind, mail.to, mail.link) == ("announced", CUSTOMER.email, "")
    for part in ("Code: A7", "Kiosk, 1 Rue Grimaldi", "09:00\u201312:30, 14:00\u201318:00"):
        assert part in mail.text
    (hook,) = kiosk.hooks()
    assert (hook["type"], hook["data"]) == ("pickup.announced", {"site_id": "kiosk"})


def test_each_device_that_is_taken_has_a_receipt(kiosk):
    kiosk.bring(kiosk.announce(), ONE, TWO)
    _, *receipts = kiosk.mails()
    assert [mail.kind for mail in receipts] == ["dropped_off"] * 2
    assert all(mail.text.count("- Phone") == 1 for mail in receipts)
    _, *hooks = kiosk.hooks()
    assert [one["type"] for one in hooks] == ["pickup.dropped_off"] * 2
    labels = [device["label"] for hook in hooks for device in hook["request"]["devices"]]
    assert labels == [ONE, TWO]


def test_the_repair_is_opened_with_the_customers_own_reference_and_label(kiosk):
    kiosk.bring(kiosk.announce(), ONE, TWO)
    kiosk.tell(EventType.EN_ROUTE, "site", state=RequestState.PLANNED)
    kiosk.mails()
    kiosk.hooks()
    kiosk.receive(0, ONE)
    assert kiosk.mails() == []
    kiosk.receive(1, TWO)
    (mail,) = kiosk.mails()
    assert (mail.kind, mail.to) == ("received", CUSTOMER.email)
    assert "2 \u00d7 Phone" in mail.text
    (hook,) = kiosk.hooks()
    assert hook["type"] == "pickup.received"
    assert (hook["request"]["reference"], hook["request"]["state"]) == ("ORDER-9", "received")
    assert [one["label"] for one in hook["request"]["devices"]] == [ONE, TWO]
    assert all(one["received_at"] for one in hook["request"]["devices"])


def test_the_sites_own_pickup_is_told_to_nobody(kiosk):
    kiosk.bring(kiosk.announce(devices=1), ONE)
    kiosk.publish({"site": 9})
    kiosk.collect("site")
    kiosk.deliverer.once()
    references = {hook["request"]["reference"] for hook in kiosk.hooks()}
    assert references == {"ORDER-9"}


def test_a_customer_whose_number_looks_like_a_sites_is_told(kiosk):
    kiosk.book("a", reference="SITE-kiosk")
    assert [mail.kind for mail in kiosk.mails()] == ["confirmed"]


def test_the_dispatcher_hears_of_a_site_that_no_van_comes_to(kiosk):
    kiosk.bring(kiosk.announce(devices=1), ONE)
    kiosk.publish(left=["site"])
    kiosk.deliverer.once()
    (alarm,) = kiosk.senders[Channel.DISPATCHER].sent
    assert "SITE-kiosk" in alarm.text
    assert alarm.day == DAY
