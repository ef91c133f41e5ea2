"""Many callers at once, a server that dies among them, and any order of changes."""

import itertools
import os
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from collection.errors import CollectionError, SlotUnavailable, StoreUnavailable
from collection.model import RequestState
from collection.store import EmbeddedServer, connect
from tests.store.conftest import fake_ports, redis_ports
from tests.store.samples import DAY, NEXT_DAY, NOW, SLOT, make_event, make_request

FREES_SLOT = {RequestState.CANCELLED, RequestState.REFUSED}


def taken(requests):
    return Counter(r.slot_id for r in requests if r.slot_id and r.state not in FREES_SLOT)


def test_200_bookings_for_the_last_5_places(ports):
    ready = threading.Barrier(200)

    def book(n):
        ready.wait()
        try:
            return ports.requests.book(make_request(f"r{n}")).id
        except SlotUnavailable:
            return None

    with ThreadPoolExecutor(200) as pool:
        booked = [request_id for request_id in pool.map(book, range(200)) if request_id]
    assert len(booked) == 5
    assert [r.id for r in ports.requests.day("monaco", DAY)] == sorted(booked)
    assert ports.requests.slots_taken("monaco", DAY) == {SLOT: 5}


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
    assert not ports.requests.slots_taken("monaco", DAY)


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
        assert ports.requests.slots_taken("monaco", DAY) == taken(found)
        assert len(ports.events.read("monaco", DAY, limit=10**6)) == len(found)


NAMES = st.sampled_from(["a", "b", "c", "d"])
PLACES = st.sampled_from(
    [(DAY, SLOT), (DAY, "monaco.2026-03-03.1000"), (NEXT_DAY, "monaco.2026-03-04.0800")]
)
CAPACITY = 2


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
        self.agree(lambda ports: ports.requests.book(request, capacity=CAPACITY))

    @rule(name=NAMES)
    def cancel(self, name):
        self.agree(lambda ports: ports.requests.cancel(f"monaco.{name}", at=NOW))

    @rule(name=NAMES, place=PLACES)
    def reschedule(self, name, place):
        def move(ports):
            stored = ports.requests.get(f"monaco.{name}")
            wanted = replace(stored, day=place[0], slot_id=place[1])
            return ports.requests.reschedule(wanted, capacity=CAPACITY, at=NOW)

        self.agree(move)

    @rule(name=NAMES, state=st.sampled_from(RequestState))
    def transition(self, name, state):
        self.agree(lambda ports: ports.requests.transition(f"monaco.{name}", state, make_event()))

    @rule(day=st.sampled_from([DAY, NEXT_DAY]), sure=st.integers(0, 9))
    def close(self, day, sure):
        if sure == 0:
            self.agree(lambda ports: ports.requests.close_day("monaco", day, at=NOW))

    @invariant()
    def counters_are_the_active_requests(self):
        for day in (DAY, NEXT_DAY):
            self.agree(lambda ports, day=day: ports.requests.day("monaco", day))
            requests = self.both[1].requests
            counted = requests.slots_taken("monaco", day)
            assert counted == taken(requests.day("monaco", day))
            assert all(0 < count <= CAPACITY for count in counted.values())

    def teardown(self):
        for day in (DAY, NEXT_DAY):
            self.agree(
                lambda ports, day=day: [
                    replace(event, id="") for event in ports.events.read("monaco", day)
                ]
            )


def test_any_order_of_changes(redis_client):
    run_state_machine_as_test(
        lambda: Changes(redis_client),
        settings=settings(max_examples=30, stateful_step_count=25, deadline=None),
    )
