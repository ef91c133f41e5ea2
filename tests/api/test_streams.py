"""Streams of a day: one look for all who follow, none of them waited for, and not too many."""

import asyncio
from contextlib import aclosing

import pytest

from collection.api import streams as streams_module
from collection.api.problems import ProblemError
from collection.api.streams import Streams
from collection.errors import StoreUnavailable


class Day:
    """A day that stands otherwise each time that it is told so."""

    def __init__(self):
        self.number = 0
        self.looks = 0
        self.snapshot = object()
        self.trouble = None

    def change(self):
        self.number += 1
        self.snapshot = f"snapshot {self.number}"

    def look(self):
        self.looks += 1
        if self.trouble:
            raise self.trouble
        return self.snapshot


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(streams_module, "POLL_SECONDS", 0.01)


def run(work, *, most=5):
    async def main():
        stopping = asyncio.Event()
        try:
            async with asyncio.timeout(10):
                await work(Streams(stopping, most=most), stopping)
        finally:
            stopping.set()
            await asyncio.sleep(0.05)

    asyncio.run(main())


def test_many_followers_cost_one_look():
    day = Day()

    async def work(streams, _):
        async def follow():
            seen = []
            async with aclosing(streams.follow(day)) as snapshots:
                async for snapshot in snapshots:
                    seen.append(snapshot)
                    if len(seen) == 2:
                        break
            return seen

        tasks = [asyncio.create_task(follow()) for _ in range(5)]
        await asyncio.sleep(0.1)
        assert streams.open == 5
        looks = day.looks
        day.change()
        seen = await asyncio.gather(*tasks)
        assert [each[1] for each in seen] == ["snapshot 1"] * 5
        # One task looked, at its own pace, whoever follows.
        assert day.looks - looks < 10
        assert streams.open == 0

    run(work)


def test_who_is_slow_misses_what_is_old():
    day = Day()

    async def work(streams, _):
        async with aclosing(streams.follow(day)) as snapshots:
            await anext(snapshots)
            for _ in range(20):
                day.change()
                await asyncio.sleep(0.03)
            assert await anext(snapshots) == "snapshot 20"
        assert streams.open == 0

    run(work)


def test_there_is_room_for_so_many():
    day = Day()

    async def work(streams, _):
        streams.require_room()
        async with aclosing(streams.follow(day)) as snapshots:
            await anext(snapshots)
            with pytest.raises(ProblemError) as refused:
                streams.require_room()
            assert refused.value.status == 503
        streams.require_room()

    run(work, most=1)


def test_a_stream_ends_with_the_server():
    day = Day()

    async def work(streams, stopping):
        async with aclosing(streams.follow(day)) as snapshots:
            await anext(snapshots)
            stopping.set()
            with pytest.raises(StopAsyncIteration):
                await anext(snapshots)

    run(work)


def test_a_stream_ends_after_an_hour(monkeypatch):
    monkeypatch.setattr(streams_module, "LONGEST_SECONDS", 0.1)
    day = Day()

    async def work(streams, _):
        assert len([snapshot async for snapshot in streams.follow(day)]) == 1

    run(work)


def test_a_store_that_is_away_is_waited_for():
    day = Day()

    async def work(streams, _):
        async with aclosing(streams.follow(day)) as snapshots:
            await anext(snapshots)
            day.trouble = StoreUnavailable("gone")
            await asyncio.sleep(0.1)
            day.trouble = None
            day.change()
            assert await anext(snapshots) == "snapshot 1"

    run(work)


@pytest.mark.filterwarnings("ignore")
def test_nobody_waits_for_a_look_that_failed():
    day = Day()

    async def work(streams, _):
        async with aclosing(streams.follow(day)) as snapshots:
            await anext(snapshots)
            day.trouble = RuntimeError("a bug")
            with pytest.raises(StopAsyncIteration):
                await anext(snapshots)
        # The next follower begins anew.
        day.trouble = None
        async with aclosing(streams.follow(day)) as snapshots:
            assert await anext(snapshots) is day.snapshot

    run(work)
