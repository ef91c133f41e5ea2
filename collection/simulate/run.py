"""One run, from a territory's files to its figures, in a store of its own."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING

import simpy
from pydantic import SecretStr

from collection.catalogue import load_catalogue
from collection.scheduling.calendar import zone_of
from collection.simulate.clock import PlayedClock
from collection.simulate.figures import measure
from collection.simulate.world import World, driven_days
from collection.store import EmbeddedServer
from collection.units import to_utc
from collection.wiring import build_services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collection.settings import Settings
    from collection.simulate.figures import Figures
    from collection.simulate.setting import Setting


def simulate(
    setting: Setting, settings: Settings, *, tell: Callable[[str], None] = lambda _: None
) -> Figures:
    """Play days, and measure them.

    Parameters
    ----------
    setting : Setting
        What is played.
    settings : Settings
        Where data and street networks are; the store is an embedded one, for this run alone.
    tell : callable
        Told now and then how far it is.

    Returns
    -------
    Figures
        The same for the same setting, data and version of the product.

    Raises
    ------
    NotFound
        If there is no such territory.
    """
    with played(setting, settings, tell=tell) as world:
        tell("measuring")
        return measure(world)


@contextmanager
def played(
    setting: Setting, settings: Settings, *, tell: Callable[[str], None] = lambda _: None
) -> Iterator[World]:
    """Play days, and keep their store while the block runs.

    Parameters
    ----------
    setting : Setting
        What is played.
    settings : Settings
        As of `simulate`.
    tell : callable
        Likewise.

    Yields
    ------
    World
        Played to its end.

    Raises
    ------
    NotFound
        If there is no such territory.
    """
    catalogue = load_catalogue(settings.data_dir)
    territory = setting.fleet(catalogue.territory(setting.territory))
    catalogue = replace(catalogue, territories={territory.id: territory})
    first = driven_days(setting, territory)[0] - timedelta(days=setting.warm_up)
    env = simpy.Environment()
    clock = PlayedClock(env, to_utc(first, 0, zone_of(territory)))
    with (
        tempfile.TemporaryDirectory(prefix="collection-") as folder,
        EmbeddedServer(Path(folder) / "store") as server,
    ):
        # Signs the links in mails that nobody gets.
        settings = settings.model_copy(update={"secret_key": SecretStr(token_urlsafe(32))})
        services = build_services(settings, server.url, clock=clock, catalogue=catalogue)
        world = World(setting, territory, services, env, clock)
        world.play(tell)
        yield world
