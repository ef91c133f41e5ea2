"""What a run shows to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from collection.simulate.figures import Figures


def show(console: Console, figures: Figures, sources: Mapping[str, str]) -> None:
    """Print the figures.

    Parameters
    ----------
    console : Console
        Where.
    figures : Figures
        Of a run.
    sources : Mapping of str to str
        Where the grams are from.
    """
    console.print(_run(figures))
    console.print(_days(figures))
    console.print("Grams of CO2, from data/emissions.toml:")
    for name, source in sources.items():
        console.print(f"  {name}: {source}", soft_wrap=True)


def _run(figures: Figures) -> Table:
    title = f"{figures.territory}: {figures.days} days, seed {figures.seed}"
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    rows = (
        ("Customers who asked", f"{figures.asked}"),
        ("Customers who found no slot", f"{figures.refused}"),
        ("Pickups in the plans of these nights", f"{figures.accepted}"),
        ("  in offline plans that know everybody", f"{figures.offline_accepted}"),
        ("Started within the promised slot", f"{figures.within_slot:.1%}"),
        ("Collected at the first attempt", f"{figures.first_attempt:.1%}"),
        ("Promises broken", f"{figures.broken}"),
        ("  without a message before", f"{figures.broken_silently}"),
        ("Announced late, and then in time", f"{figures.warned_in_vain}"),
        ("Devices collected", f"{figures.devices}"),
        ("  lost", f"{figures.devices_lost}"),
        ("Devices per van-hour", f"{figures.devices_per_van_hour:.2f}"),
        ("Kilometres per device", f"{figures.km_per_device:.2f}"),
        ("Cost per device", f"{figures.cost_per_device_cents / 100:.2f}"),
        ("Grams of CO2 per device", f"{figures.grams_co2_per_device:.0f}"),
        ("  of the posted parcels, per device", f"{figures.grams_co2_posted:.0f}"),
        ("Messages per customer", f"{figures.messages_per_customer:.1f}"),
        ("Plans made anew on the day", f"{figures.replans}"),
    )
    for row in rows:
        table.add_row(*row)
    return table


def _days(figures: Figures) -> Table:
    table = Table(title="Day by day", title_justify="left")
    headings = ("Day", "Promised", "In slot", "Collected", "Devices", "km", "Hours", "Silent")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "Day" else "right", no_wrap=True)
    for day in figures.by_day:
        table.add_row(
            f"{day.day:%a %Y-%m-%d}",
            str(day.promised),
            str(day.within_slot),
            str(day.collected),
            str(day.devices),
            f"{day.metres / 1_000:.1f}",
            f"{day.van_seconds / 3_600:.1f}",
            str(day.broken_silently),
        )
    return table
