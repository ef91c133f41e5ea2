"""Chance: how real travel, service and customers differ from the planned ones, and why so.

Every draw has a stream of its own, named by what it is for. So a change in one place (another
route, one more customer) leaves all others as they were, and two runs can be compared.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.units import MINUTE

if TYPE_CHECKING:
    from collection.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How much the world differs from its plan. None of it was fitted to the results.

    Parameters
    ----------
    leg_sd : float
        Of one drive's time, as a share. Times of urban trips are skewed to the right and close
        to lognormal, with a coefficient of variation of 10 to 20 % (Richardson and Taylor 1978;
        later field studies agree). The mean is the planned time: speeds and traffic were set so.
    day_sd : float
        Of what all drives of a day share, as a share: rain, a closed street, a holiday's eve.
        Without it, errors of a route's many legs would cancel out, which they do not.
    service_sd : float
        Of the time at the door, as a share; gamma, so that it is never negative and sometimes
        twice as long. A third is what stop-by-stop records of couriers show; no source is sharp.
    not_home : float
        Share of customers who do not open.
    wait : int
        Seconds that a driver rings and calls before giving up, on average; gamma likewise.
    cancels : float
        Share of booked customers who cancel before the cut-off.
    cancels_late : float
        Share who call it off after the cut-off, on the day itself.
    overlooked : float
        Share of devices that the hub overlooks when a van comes back: its page must find them.
    tries_again : float
        Share of those who were missed who choose another slot; the rest gives up.
    """

    leg_sd: float = 0.12
    day_sd: float = 0.05
    service_sd: float = 0.35
    not_home: float = 0.08
    wait: Seconds = 5 * MINUTE
    cancels: float = 0.04
    cancels_late: float = 0.01
    overlooked: float = 0.01
    tries_again: float = 0.7


class Draws:
    """Streams of random numbers.

    Parameters
    ----------
    seed : int
        The same gives the same streams.
    noise : Noise
        How much is drawn.
    """

    def __init__(self, seed: int, noise: Noise) -> None:
        self._seed = seed
        self.noise = noise

    def of(self, *names: object) -> random.Random:
        """Begin a stream.

        Parameters
        ----------
        *names : object
            What it is for; the same names give the same stream.

        Returns
        -------
        random.Random
            At its beginning.
        """
        return random.Random("|".join(map(str, (self._seed, *names))))

    def traffic(self, day: object) -> float:
        """Draw what all drives of a day share.

        Parameters
        ----------
        day : object
            Which day.

        Returns
        -------
        float
            Around 1.
        """
        return ratio(self.of("traffic", day), self.noise.day_sd)

    def drive(self, planned: Seconds, traffic: float, *names: object) -> Seconds:
        """Draw how long a drive takes.

        Parameters
        ----------
        planned : int
            Seconds.
        traffic : float
            As `traffic` draws it.
        *names : object
            Which drive.

        Returns
        -------
        int
            Seconds.
        """
        return round(planned * traffic * ratio(self.of("drive", *names), self.noise.leg_sd))

    def service(self, planned: Seconds, *names: object) -> Seconds:
        """Draw how long a driver is at a door.

        Parameters
        ----------
        planned : int
            Seconds.
        *names : object
            Which door.

        Returns
        -------
        int
            Seconds.
        """
        return spread(self.of("service", *names), planned, self.noise.service_sd)

    def missed(self, *names: object) -> Seconds | None:
        """Draw whether a customer opens.

        Parameters
        ----------
        *names : object
            Which door.

        Returns
        -------
        int or None
            Seconds after which the driver gives up; None where somebody opens.
        """
        stream = self.of("home", *names)
        if stream.random() >= self.noise.not_home:
            return None
        return spread(stream, self.noise.wait, self.noise.service_sd)


def ratio(stream: random.Random, sd: float) -> float:
    """Draw a lognormal ratio with mean 1.

    Parameters
    ----------
    stream : random.Random
        Where from.
    sd : float
        Its standard deviation.

    Returns
    -------
    float
        More than 0.
    """
    variance = math.log1p(sd * sd)
    return stream.lognormvariate(-variance / 2, math.sqrt(variance))


def spread(stream: random.Random, mean: Seconds, sd: float) -> Seconds:
    """Draw a gamma time.

    Parameters
    ----------
    stream : random.Random
        Where from.
    mean : int
        Seconds.
    sd : float
        Its standard deviation as a share of the mean.

    Returns
    -------
    int
        Seconds.
    """
    if not mean or not sd:
        return mean
    shape = 1 / (sd * sd)
    return round(stream.gammavariate(shape, mean / shape))
