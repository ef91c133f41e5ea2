"""Many callers at once, a server that dies among them, and any order of changes."""

import itertools
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from collection.errors import CollectionError, NotFound, StoreUnavailable
from collection.model import EventType, RequestState
from collection.store import EmbeddedServer, connect
from tests.store.conftest import fake_ports, redis_ports
from tests.store.samples import DAY, NEXT_DAY, NOW, SLOT, make_event, make_request


def at_once(calls):
    """Call all of them at the same moment; errors are answers, too."""
    ready = threading.Barrier(len(calls))

    def one(call):
        ready.wait()
        try:
            return call()
        except CollectionError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def test_200_bookings_by_one_plan(ports):
    plan = ports.requests.tentative("monaco", DAY)

    def book(n):
        return lambda: ports.requests.book(make_request(f"r{n}"), tentative=plan)

    answers = at_once([book(n) for n in range(200)])
    booked = [answer for answer in answers if not isinstance(answer, CollectionError)]
    assert len(booked) == 1
    assert ports.requests.day("monaco", DAY) == tuple(booked)
    assert ports.requests.tentative_versions("monaco", [DAY]) == (1,)


def make_hold(name):
    return make_request(name, state=RequestState.REQUESTED, held_until=NOW + timedelta(minutes=10))


@pytest.mark.parametrize("turn", range(4))
def test_50_who_confirm_and_free_the_same(ports, turn):
    held = ports.requests.book(make_hold("r1"))

    def confirm():
        return ports.requests.confirm(held, at=NOW)

    def free():
        return ports.requests.free(held.id, DAY)

    # Whoever is the first to start has a small lead; each is it in turn.
    calls = [(confirm, free)[(n + turn) % 2] for n in range(50)]
    answers = at_once(calls)
    confirmed = [a for a in answers if not isinstance(a, CollectionError | bool)]
    freed = [a for a in answers if a is True]
    assert len(confirmed) + len(freed) == 1
    assert ports.requests.day("monaco", DAY) == tuple(confirmed)
    told = [event.type for event in ports.events.read("monaco", DAY)]
    assert told == [EventType.BOOKED] * len(confirmed)
    assert ports.requests.tentative_versions("monaco", [DAY]) == (1 + len(freed),)
    if freed:
        assert {type(a) for a in answers} == {bool, NotFound}


def test_50_who_hold_the_same(ports):
    answers = at_once([lambda: ports.requests.book(make_hold("r1"))] * 50)
    assert answers == [make_hold("r1")] * 50
    assert ports.requests.day("monaco", DAY) == (make_hold("r1"),)
    assert ports.requests.tentative_versions("monaco", [DAY]) == (1,)
    assert ports.events.read("monaco", DAY) == ()


def test_50_who_hold_confirm_free_and_read(ports):
    def life(n):
        def live():
            held = ports.requests.book(make_hold(f"r{n:02}"))
            assert held in ports.requests.day("monaco", DAY)
            if n % 2:
                return ports.requests.confirm(held, at=NOW)
            return ports.requests.free(held.id, DAY)

        return live

    answers = at_once([life(n) for n in range(50)])
    assert all(answers[n] is True for n in range(0, 50, 2)), answers
    assert ports.requests.day("monaco", DAY) == tuple(answers[1::2])
    assert ports.requests.tentative_versions("monaco", [DAY]) == (75,)
    assert len(ports.events.read("monaco", DAY)) == 25


def test_200_reschedules_of_one_request(ports):
    stored = ports.requests.book(make_request())
    moved = replace(stored, day=NEXT_DAY, slot_id=None)

    def move(_):
        try:
            return ports.requests.reschedule(moved, at=NOW)
        except CollectionError:
            return None

    with ThreadPoolExecutor(20) as pool:
        assert sum(answer is not None for answer in pool.map(move, range(200))) == 1
    assert ports.requests.day("monaco", DAY) == ()
    assert len(ports.requests.day("monaco", NEXT_DAY)) == 1


def test_every_answered_booking_outlives_a_killed_server(tmp_path):
    answered, enough, names = [], threading.Event(), itertools.count()

    def book_until_away(requests):
        while True:
            try:
                answered.append(requests.book(make_request(f"r{next(names)}")))
            except StoreUnavailable:
                return
            if len(answered) >= 200:
                enough.set()

    with EmbeddedServer(tmp_path / "store") as server, connect(server.url) as client:
        ports = redis_ports(client)
        callers = [
            threading.Thread(target=book_until_away, args=[ports.requests]) for _ in range(8)
        ]
        for caller in callers:
            caller.start()
        assert enough.wait(30)
        os.kill(client.info("server")["process_id"], signal.SIGKILL)
        for caller in callers:
            caller.join(30)
        server.start()
        found = ports.requests.day("monaco", DAY)
        assert {r.id for r in answered} <= {r.id for r in found}
        # At most the one booking that each caller had no answer for.
        assert len(found) <= len(answered) + len(callers)
        assert ports.requests.tentative_versions("monaco", [DAY]) == (len(found),)
        assert len(ports.events.read("monaco", DAY, limit=10**6)) == len(found)


NAMES = st.sampled_from(["a", "b", "c", "d"])
PLACES = st.sampled_from(
    [(DAY, SLOT), (DAY, "monaco.2026-03-03.1000"), (NEXT_DAY, "monaco.2026-03-04.0800")]
)


class Changes(RuleBasedStateMachine):
    """Any order of changes gives the same on the fake and on the server."""

    def __init__(self, client):
        super().__init__()
        client.flushdb()
        self.both = [fake_ports(), redis_ports(client)]

    def agree(self, call):
        outcomes = []
        for ports in self.both:
            try:
                outcomes.append(call(ports))
            except CollectionError as error:
                outcomes.append(type(error))
        assert outcomes[0] == outcomes[1]

    @initialize(names=st.sets(NAMES), place=PLACES)
    def some_are_booked(self, names, place):
        for name in sorted(names):
            self.book(name, place)

    @rule(name=NAMES, place=PLACES)
    def book(self, name, place):
        request = make_request(name, day=place[0], slot_id=place[1])
        self.agree(lambda ports: ports.requests.book(request))

    @rule(name=NAMES, place=PLACES)
    def hold(self, name, place):
        request = replace(make_hold(name), day=place[0], slot_id=place[1])
        self.agree(lambda ports: ports.requests.book(request))

    @rule(name=NAMES, late=st.booleans())
    def confirm(self, name, late):
        def confirm(ports):
            stored = ports.requests.get(f"monaco.{name}")
            wanted = replace(stored, reference="M-2", version=stored.version - late)
            return ports.requests.confirm(wanted, at=NOW)

        self.agree(confirm)

    @rule(name=NAMES)
    def free(self, name):
        def free(ports):
            return ports.requests.free(f"monaco.{name}", ports.requests.get(f"monaco.{name}").day)

        self.agree(free)

    @rule(name=NAMES)
    def cancel(self, name):
        self.agree(lambda ports: ports.requests.cancel(f"monaco.{name}", at=NOW))

    @rule(name=NAMES, place=PLACES)
    def reschedule(self, name, place):
        def move(ports):
            stored = ports.requests.get(f"monaco.{name}")
            wanted = replace(stored, day=place[0], slot_id=place[1])
            return ports.requests.reschedule(wanted, at=NOW)

        self.agree(move)

    @rule(name=NAMES, state=st.sampled_from(RequestState))
    def transition(self, name, state):
        self.agree(lambda ports: ports.requests.transition(f"monaco.{name}", state, make_event()))

    @rule(day=st.sampled_from([DAY, NEXT_DAY]), sure=st.integers(0, 9))
    def close(self, day, sure):
        if sure == 0:
            self.agree(lambda ports: ports.requests.close_day("monaco", day, at=NOW))

    @invariant()
    def days_and_their_changes_are_the_same(self):
        for day in (DAY, NEXT_DAY):
            self.agree(lambda ports, day=day: ports.requests.day("monaco", day))
        self.agree(lambda ports: ports.requests.tentative_versions("monaco", [DAY, NEXT_DAY]))

    def teardown(self):
        for day in (DAY, NEXT_DAY):
            self.agree(
                lambda ports, day=day: [
                    replace(event, id="") for event in ports.events.read("monaco", day)
                ]
            )
        self.agree(
            lambda ports: [
                (replace(entry.event, id=""), entry.request)
                for entry in ports.outbox.entries("monaco", now=NOW, limit=10_000)
            ]
        )


def test_any_order_of_changes(redis_client):
    run_state_machine_as_test(
        lambda: Changes(redis_client),
        settings=settings(max_examples=30, stateful_step_count=25, deadline=None),
    )
