"""The way of one device, on the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from collection.cli_shared import read_settings, running_services


def gather() -> None:
    """Book vans for whatever waits at partner sites, as `nightly --cron` does every minute."""
    with running_services(read_settings()) as services:
        pickups = services.drop_off_desk.pickups
        for territory in services.catalogue.territories.values():
            for site in territory.sites:
                for pickup in pickups.gather(territory, site) if site.capacity else ():
                    count = len(pickup.devices)
                    typer.echo(f"{site.id}: {count} devices on {pickup.day} ({pickup.id})")


LabelArgument = Annotated[str, typer.Argument(metavar="LABEL", help="As it is printed.")]


def device(label: LabelArgument) -> None:
    """Tell the whole way of a device, from its booking to the hub."""
    from collection.scheduling.calendar import zone_of  # noqa: PLC0415
    from collection.scheduling.custody import place_of  # noqa: PLC0415

    with running_services(read_settings()) as services:
        chain = services.hub.chain(label)
        zone = zone_of(services.catalogue.territory(chain.request.territory))
    request, found = chain.request, chain.request.devices[chain.number]
    typer.echo(f"{found.type} {chain.number + 1} of {len(request.devices)}, {chain.reference}")
    typer.echo(
        f"{request.id}: {request.state.value}; {place_of(request, found) or 'not collected'}"
    )
    for step in chain.steps:
        where = f" at {step.site_id}" if step.site_id else ""
        if step.position is not None:
            where = f" at {step.position.lat:.5f}, {step.position.lon:.5f}"
        more = "; ".join(filter(None, [step.battery and f"battery {step.battery}", step.text]))
        at = step.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        typer.echo(f"{at}  {step.what:10} {step.who}{where}{f' ({more})' if more else ''}")
