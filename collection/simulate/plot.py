"""What a run looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collection.errors import InvalidRequest

if TYPE_CHECKING:
    from pathlib import Path

    from collection.simulate.figures import Figures

_KEPT, _BROKEN, _PLAIN, _OTHER = "#1b9e77", "#d95f02", "#7570b3", "#888888"


def plot(figures: Figures) -> Any:
    """Draw a run.

    Parameters
    ----------
    figures : Figures
        Of a run.

    Returns
    -------
    matplotlib.figure.Figure
        Four panels.

    Raises
    ------
    InvalidRequest
        If matplotlib is not installed: the product itself needs no plots.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - a tool of development
    except ImportError:
        raise InvalidRequest(
            "plots need matplotlib, which the product does not: pip install matplotlib",
            field="plot",
        ) from None

    figure = Figure(figsize=(11, 7), layout="constrained")
    figure.suptitle(f"{figures.territory}: {figures.days} days, seed {figures.seed}")
    panels = figure.subplots(2, 2)
    _promises(panels[0, 0], figures)
    _margins(panels[0, 1], figures)
    _work(panels[1, 0], figures)
    _grams(panels[1, 1], figures)
    return figure


def save_plot(figures: Figures, path: Path) -> None:
    """Draw a run to a file.

    Parameters
    ----------
    figures : Figures
        Of a run.
    path : Path
        Its ending names the format.

    Raises
    ------
    InvalidRequest
        If matplotlib is not installed, or cannot write there.
    """
    try:
        plot(figures).savefig(path, dpi=120)
    except (OSError, ValueError) as error:
        raise InvalidRequest(f"{path}: cannot be written ({error})", field="plot") from error


def _promises(axes: Any, figures: Figures) -> None:
    days = [f"{day.day:%a %d}" for day in figures.by_day]
    kept = [day.within_slot for day in figures.by_day]
    axes.bar(days, kept, color=_KEPT, label="started in the slot")
    broken = [day.broken for day in figures.by_day]
    axes.bar(days, broken, bottom=kept, color=_BROKEN, label="not")
    axes.set(title=f"Promises: {figures.within_slot:.1%} kept", ylabel="pickups")
    axes.legend()


def _margins(axes: Any, figures: Figures) -> None:
    minutes = [seconds / 60 for seconds in figures.margins]
    axes.hist(minutes, bins=40, color=_PLAIN)
    axes.axvline(0, color=_BROKEN)
    axes.set(title="Time left in the slot when service started", xlabel="minutes", ylabel="pickups")


def _work(axes: Any, figures: Figures) -> None:
    days = [f"{day.day:%a %d}" for day in figures.by_day]
    rates = [day.devices * 3_600 / max(1, day.van_seconds) for day in figures.by_day]
    axes.plot(days, rates, "o-", color=_PLAIN, label="devices per van-hour")
    km = [day.metres / 1_000 / max(1, day.devices) for day in figures.by_day]
    axes.plot(days, km, "s--", color=_OTHER, label="km per device")
    axes.set(title="Work", ylim=(0, None))
    axes.legend()


def _grams(axes: Any, figures: Figures) -> None:
    axes.barh(
        ["posted in parcels", "collected at home"],
        [figures.grams_co2_posted, figures.grams_co2_per_device],
        color=[_OTHER, _KEPT],
    )
    axes.set(title="Grams of CO2 per device", xlabel="g, sources in data/emissions.toml")
