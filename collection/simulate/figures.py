"""What is measured of a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from collection.simulate.offline import offline_served
from collection.units import HOUR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from collection.simulate.stage import Stage
    from collection.simulate.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """A day of a run.

    Parameters
    ----------
    day : date
        Local date.
    promised : int
        Requests that stood in it when its bookings closed, but for those who called off later.
    within_slot : int
        Of them, those at whose door a driver stood in the promised slot.
    collected : int
        Of them, those who handed over their devices.
    devices : int
        Devices collected.
    metres : int
        Driven by all vans.
    van_seconds : int
        From leaving the depot to the return, of all vans.
    cost : int
        Cents, of all vans.
    grams : float
        Of CO2 equivalents, of all vans.
    accepted : int
        Requests that the night's plan serves.
    offline_accepted : int
        Requests that an offline plan serves, as `collection.simulate.offline` counts.
    broken : int
        Promises that were not kept.
    broken_silently : int
        Of them, those whose customer was not told in time.
    """

    day: date
    promised: int
    within_slot: int
    collected: int
    devices: int
    metres: int
    van_seconds: int
    cost: int
    grams: float
    accepted: int
    offline_accepted: int
    broken: int
    broken_silently: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A run.

    Parameters
    ----------
    territory : str
        Where.
    days : int
        Working days that were driven.
    seed : int
        Of all that was drawn.
    asked : int
        Customers who asked for slots, all days together, those of later days included.
    refused : int
        Of them and of those who asked again, who found no slot.
    accepted : int
        Requests that the plans of the nights serve.
    offline_accepted : int
        Requests that offline plans of the same days serve, which know everybody who asked.
    within_slot : float
        Share of promised pickups that were started within their slot.
    first_attempt : float
        Share of requests that were collected on their first day.
    broken : int
        Promises that were not kept.
    broken_silently : int
        Of them, those whose customer was not told in time.
    devices : int
        Devices collected.
    devices_lost : int
        Devices that custody misses at the end: a van took them, and no hub has scanned them.
    devices_per_van_hour : float
        Devices by hours from leaving the depot to the return.
    km_per_device : float
        Kilometres driven by devices.
    cost_per_device_cents : float
        Vans, drivers and kilometres by devices.
    grams_co2_per_device : float
        Grams of CO2 equivalents by devices.
    grams_co2_posted : float
        Of posted parcels with their packaging, by devices too: each customer who handed over
        devices would have posted one parcel with all of them.
    messages_per_customer : float
        Mails about requests that were promised a driven day, by these requests; what goes by
        SMS too is told once.
    warned_in_vain : int
        Pickups that were announced late and then started in their slot.
    replans : int
        Plans that were accepted while their day ran.
    by_day : tuple of DayFigures
        Day by day.
    margins : tuple of int
        Seconds from the start of service to the end of the promised window, of each pickup
        that was started; negative where it was late.
    """

    territory: str
    days: int
    seed: int
    asked: int
    refused: int
    accepted: int
    offline_accepted: int
    within_slot: float
    first_attempt: float
    broken: int
    broken_silently: int
    devices: int
    devices_lost: int
    devices_per_van_hour: float
    km_per_device: float
    cost_per_device_cents: float
    grams_co2_per_device: float
    grams_co2_posted: float
    messages_per_customer: float
    warned_in_vain: int
    replans: int
    by_day: tuple[DayFigures, ...]
    margins: tuple[int, ...]

    def summary(self) -> dict[str, Any]:
        """Make one line of it.

        Returns
        -------
        dict of str to Any
            Ready for JSON, without the single days.
        """
        plain = asdict(self)
        del plain["by_day"], plain["margins"]
        return {
            key: round(value, 4) if isinstance(value, float) else value
            for key, value in plain.items()
        }


def measure(world: World) -> Figures:
    """Measure a world that was played to its end.

    Parameters
    ----------
    world : World
        It.

    Returns
    -------
    Figures
        All of them.
    """
    offline = offline_served(world)
    days = tuple(_day(world, day, offline[day]) for day in world.days)
    promises = [p for day in world.days for p in world.ledger.of_day(day) if not p.withdrawn]
    first = [promise for promise in promises if promise.attempt == 1]
    devices = sum(day.devices for day in days)
    per_device = 1 / max(1, devices)
    return Figures(
        territory=world.territory.id,
        days=len(days),
        seed=world.setting.seed,
        asked=world.ledger.asked,
        refused=len(world.ledger.refusals),
        accepted=sum(day.accepted for day in days),
        offline_accepted=sum(day.offline_accepted for day in days),
        within_slot=_share(promise.kept for promise in promises),
        first_attempt=_share(promise.collected for promise in first),
        broken=sum(day.broken for day in days),
        broken_silently=sum(day.broken_silently for day in days),
        devices=devices,
        devices_lost=lost(world, world.days),
        devices_per_van_hour=devices * HOUR / max(1, sum(day.van_seconds for day in days)),
        km_per_device=sum(day.metres for day in days) / 1_000 * per_device,
        cost_per_device_cents=sum(day.cost for day in days) * per_device,
        grams_co2_per_device=sum(day.grams for day in days) * per_device,
        grams_co2_posted=world.services.catalogue.emissions.parcel
        * sum(day.collected for day in days)
        * per_device,
        messages_per_customer=_mails(world) / max(1, len(world.ledger.attempts)),
        warned_in_vain=sum(promise.kept and promise.told_at is not None for promise in promises),
        replans=world.ledger.replans,
        by_day=days,
        margins=tuple(p.margin for p in promises if p.margin is not None),
    )


def _day(world: World, day: date, offline: int) -> DayFigures:
    promises = [promise for promise in world.ledger.of_day(day) if not promise.withdrawn]
    drives = [drive for drive in world.ledger.drives if drive.day == day]
    return DayFigures(
        day=day,
        promised=len(promises),
        within_slot=sum(promise.kept for promise in promises),
        collected=sum(promise.collected for promise in promises),
        devices=sum(drive.devices for drive in drives),
        metres=sum(drive.metres for drive in drives),
        van_seconds=sum(drive.seconds for drive in drives),
        cost=sum(drive.cost for drive in drives),
        grams=sum(drive.grams for drive in drives),
        accepted=sum(len(route.stops) for route in world.plans[day].routes),
        offline_accepted=offline,
        broken=sum(not promise.kept for promise in promises),
        broken_silently=sum(promise.silent for promise in promises),
    )


def _mails(world: World) -> int:
    return sum(mail.request_id in world.ledger.attempts for mail in world.mailbox.mails)


def lost(stage: Stage, days: Iterable[date]) -> int:
    """Count devices that vans took and no hub has, as the product's own custody lists them.

    Parameters
    ----------
    stage : Stage
        Where days were played.
    days : Iterable of date
        Which.

    Returns
    -------
    int
        Devices.
    """
    return sum(len(stage.hub.day(stage.territory, day).unaccounted) for day in days)


def _share(hits: Any) -> float:
    counted = list(hits)
    return sum(counted) / len(counted) if counted else 1.0
