"""The part of VROOM's JSON that this planner understands, field by field.

What VROOM itself does not know it does not read either, so neither does this: such fields
are kept aside and named in `Input.ignored`.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from collection.errors import InvalidRequest
from collection.routing.formats.instance import MAX_ENTRY

MAX_STAMP = 2**32 - 1
"""Latest time; a UNIX time stamp fits."""

MAX_TASKS = 5_000
MAX_VEHICLES = 2_000
MAX_DIMENSIONS = 16
_MAX_NAMED = 20

Model = TypeVar("Model", bound=BaseModel)

Id = Annotated[int, Field(strict=True, ge=0, le=2**64 - 1)]
Index = Annotated[int, Field(strict=True, ge=0, le=MAX_ENTRY)]
Amount = Annotated[int, Field(strict=True, ge=0, le=MAX_ENTRY)]
Amounts = Annotated[list[Amount], Field(max_length=MAX_DIMENSIONS)]
Skills = Annotated[list[Index], Field(max_length=1_000)]
Seconds = Annotated[int, Field(strict=True, ge=0, le=MAX_ENTRY)]
Stamp = Annotated[int, Field(strict=True, ge=0, le=MAX_STAMP)]
Location = Annotated[list[float], Field(min_length=2, max_length=3)]
Table = list[list[Annotated[int, Field(strict=True, ge=0, le=MAX_ENTRY + 1)]]]


class Part(BaseModel):
    """Something of a file, which may say more than is read."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)


def _in_order(window: tuple[int, int]) -> tuple[int, int]:
    if window[1] < window[0]:
        msg = f"end {window[1]} comes before start {window[0]}"
        raise ValueError(msg)
    return window


Window = Annotated[tuple[Stamp, Stamp], AfterValidator(_in_order)]
"""From and until when, both included."""

Windows = Annotated[list[Window], Field(min_length=1, max_length=1_000)]


class Visit(Part):
    """What a job and each half of a shipment have in common."""

    id: Id
    description: str = ""
    location: Location | None = None
    location_index: Index | None = None
    setup: Seconds = 0
    service: Seconds = 0
    setup_per_type: dict[str, Seconds] = {}
    service_per_type: dict[str, Seconds] = {}
    time_windows: Windows | None = None


class Job(Visit):
    """A place to visit."""

    delivery: Amounts | None = None
    pickup: Amounts | None = None
    amount: Amounts | None = None
    """Older name of `delivery`."""
    skills: Skills = []
    priority: Annotated[int, Field(strict=True, ge=0, le=100)] = 0


class Shipment(Part):
    """Something that is brought from one place to another."""

    pickup: Visit
    delivery: Visit
    amount: Amounts | None = None
    skills: Skills = []
    priority: Annotated[int, Field(strict=True, ge=0, le=100)] = 0


class Costs(Part):
    """What a vehicle costs."""

    fixed: Amount = 0
    per_hour: Amount = 3_600
    per_task_hour: Amount = 0
    per_km: Amount = 0


class Rest(Part):
    """A break of a driver."""

    id: Id
    time_windows: Windows | None = None
    service: Seconds = 0
    description: str = ""
    max_load: Amounts | None = None


class Step(Part):
    """A step of a route that somebody has in mind."""

    type: Literal["start", "job", "pickup", "delivery", "break", "end"]
    id: Id | None = None


class Vehicle(Part):
    """Who drives."""

    id: Id
    profile: str = "car"
    description: str = ""
    start: Location | None = None
    start_index: Index | None = None
    end: Location | None = None
    end_index: Index | None = None
    capacity: Amounts | None = None
    costs: Costs = Costs()
    skills: Skills = []
    type: str = ""
    time_window: Window | None = None
    breaks: Annotated[list[Rest], Field(max_length=20)] = []
    speed_factor: Annotated[float, Field(gt=0, le=5)] = 1.0
    max_tasks: Amount | None = None
    max_travel_time: Seconds | None = None
    max_distance: Amount | None = None
    steps: Annotated[list[Step], Field(max_length=2 * MAX_TASKS)] = []


class Matrices(Part):
    """Travel of a profile."""

    durations: Table | None = None
    distances: Table | None = None
    costs: Table | None = None


class Options(Part):
    """What vroom-express lets a caller choose."""

    g: bool = False
    c: bool = False
    t: Annotated[int, Field(ge=1, le=1_000)] | None = None
    x: Annotated[int, Field(ge=0, le=5)] = 5
    limit: float | None = Field(None, alias="l", gt=0, le=86_400)


class Input(Part):
    """A whole file or request."""

    jobs: Annotated[list[Job], Field(max_length=MAX_TASKS)] = []
    shipments: Annotated[list[Shipment], Field(max_length=MAX_TASKS // 2)] = []
    vehicles: Annotated[list[Vehicle], Field(max_length=MAX_VEHICLES)]
    matrices: dict[str, Matrices] = {}
    matrix: Table | None = None
    """Older name of the durations of the profile ``car``."""
    options: Options = Options()

    @property
    def ignored(self) -> tuple[str, ...]:
        """JSON paths of fields that nobody reads, the first few of them."""
        # A hint where to start, of which the search has no need.
        hints = (n for n, vehicle in enumerate(self.vehicles) if vehicle.steps)
        found = [f"vehicles[{number}].steps" for number in hints]
        _unknown(self, "", found)
        return tuple(found[:_MAX_NAMED])


def validated(model: type[Model], text: str | bytes) -> Model:
    """Read JSON.

    Parameters
    ----------
    model : type of BaseModel
        What it must be.
    text : str or bytes
        JSON.

    Returns
    -------
    BaseModel
        Every field checked by itself.

    Raises
    ------
    InvalidRequest
        If it is no JSON, or a field is wrong; names its path.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = path_of(first["loc"])
        message = _MESSAGES.get(first["type"]) or first["msg"].removeprefix("Value error, ")
        raise InvalidRequest(
            f"{path}: {message}" if path else message, field=path or None
        ) from None


def path_of(location: tuple[int | str, ...]) -> str:
    """Write where something stands.

    Parameters
    ----------
    location : tuple of int or str
        Positions and names from the outside in.

    Returns
    -------
    str
        As ``jobs[3].time_windows[0]``.
    """
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    shown = path.lstrip(".")[:200]
    return shown.encode("utf-8", "replace").decode()


_MESSAGES = {
    "missing": "is missing",
    "tuple_type": "write [start, end]",
    "too_long": "has too many entries",
    "model_type": "write an object",
    "model_attributes_type": "write an object",
    "list_type": "write an array",
    "int_type": "write an integer",
    "string_type": "write a string",
}


def _unknown(part: BaseModel, path: str, found: list[str]) -> None:
    if len(found) >= _MAX_NAMED:
        return
    found += (path_of((path, name)) if path else name[:200] for name in part.model_extra or ())
    for name in part.model_fields_set:
        value = getattr(part, name, None)
        below = f"{path}.{name}" if path else name
        if isinstance(value, BaseModel):
            _unknown(value, below, found)
        elif isinstance(value, list):
            for position, item in enumerate(value):
                if not isinstance(item, BaseModel):
                    break
                _unknown(item, f"{below}[{position}]", found)
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, BaseModel):
                    _unknown(item, f"{below}.{key}", found)
