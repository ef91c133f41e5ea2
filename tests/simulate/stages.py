"""One day on the line of `tests.scheduling.line_plan`, played on stores in memory."""

from datetime import timedelta
from types import SimpleNamespace

import simpy

from collection.catalogue import load_catalogue
from collection.scheduling.door import Door
from collection.scheduling.hub import Hub
from collection.settings import Settings
from collection.simulate.clock import PlayedClock
from collection.simulate.day import Day
from collection.simulate.draws import Draws, Noise
from collection.simulate.stage import Stage
from collection.units import to_utc
from tests.custody_fakes import FakeCustody
from tests.fakes import FakeEventLog, FakePlanStore, FakeRequestStore, GridMatrix
from tests.places import DAY, DEVICES, TERRITORY
from tests.scheduling.line_plan import ZONE, line_plan

CALM = Noise(leg_sd=0, day_sd=0, service_sd=0, not_home=0, cancels=0, cancels_late=0, tries_again=0)


def line_stage(requests, plan=None, *, noise=CALM, territory=TERRITORY):
    """A stage at midnight whose plan is published; promised is nothing yet."""
    env = simpy.Environment()
    clock = PlayedClock(env, to_utc(DAY, 0, ZONE))
    store = FakeRequestStore(FakeEventLog())
    custody, plans = FakeCustody(store), FakePlanStore(store)
    territories = {territory.id: territory}
    services = SimpleNamespace(
        plans=plans,
        requests=store,
        events=store.events,
        clock=clock,
        catalogue=load_catalogue(Settings().data_dir),
        source=lambda _: GridMatrix(),
        door=Door(territories=territories, devices=DEVICES, requests=store, custody=custody),
    )
    services.hub = Hub(
        territories=territories,
        requests=store,
        plans=plans,
        events=store.events,
        custody=custody,
        drop_offs=None,
        clock=clock,
        grace=timedelta(),
    )
    for request in requests.values():
        store.book(request)
    stored = plans.save(plan or line_plan())
    plans.publish(stored.id, at=clock.now())
    stage = Stage(territory, services, env, clock, Draws(1, noise))
    stage.plans[DAY] = stored
    return stage


def play(stage):
    """Play its day to the end."""
    stage.env.process(Day(stage, DAY).play())
    stage.env.run()
