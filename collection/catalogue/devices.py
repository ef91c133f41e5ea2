"""Types of device (``data/devices.toml``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from collection.catalogue.files import Strict, parse, read_toml
from collection.model import DeviceType, Load

if TYPE_CHECKING:
    from pathlib import Path


class _DeviceRow(Strict):
    label: str
    litres: int = Field(ge=0)
    grams: int = Field(ge=0)
    service: int = Field(ge=0)
    battery_class: Literal["lithium_ion", "none"]


def read_devices(path: Path) -> dict[str, DeviceType]:
    """Read the types of device.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict of str to DeviceType
        By id.

    Raises
    ------
    InvalidRequest
        If the file is missing or wrong; names the field.
    """
    devices = {}
    for type_id, content in read_toml(path).items():
        row = parse(_DeviceRow, content, path, type_id)
        devices[type_id] = DeviceType(
            id=type_id,
            label=row.label,
            load=Load(units=1, litres=row.litres, grams=row.grams),
            service=row.service,
            battery_class=row.battery_class,
        )
    return devices
