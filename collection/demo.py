"""The main job on real input: book over HTTP, plan the night, publish, serve."""

from __future__ import annotations

import json
import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from argon2 import PasswordHasher
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from collection.demo_clock import DemoClock
from collection.demo_customers import choose_slot, make_wishes
from collection.demo_play import play_day
from collection.demo_report import show, summary_of, told_slots
from collection.demo_servers import free_port, process, serve_on, wait_until_ready
from collection.errors import CollectionError
from collection.geocode import iter_addresses
from collection.messaging import MAILS
from collection.wiring import build_services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collection.demo_report import Asked
    from collection.model import Position
    from collection.settings import Settings

MARKETPLACE = "demo"
DISPATCHER = "dispatcher"
_ANY = "0.0.0.0"
_LOOPBACK = "127.0.0.1"
_TRIES = 5


@dataclass(slots=True)
class DemoRun:
    """What a run has measured so far.

    Parameters
    ----------
    seconds : dict of str to float
        By phase.
    """

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure a phase.

        Parameters
        ----------
        name : str
            Under which it is reported.

        Yields
        ------
        None
            While it runs.
        """
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 2)


def run_demo(
    settings: Settings,
    redis_url: str,
    *,
    requests: int,
    seed: int,
    once: bool,
    as_json: bool,
    speed: float = 0.0,
) -> None:
    """Run the main job once and, unless `once`, go on serving until interrupted.

    Parameters
    ----------
    settings : Settings
        Of this process; the servers get theirs through the environment.
    redis_url : str
        A running store.
    requests : int
        How many pickup requests to send.
    seed : int
        Draws addresses, devices and slots.
    once : bool
        Stop after the summary.
    as_json : bool
        Print the summary as one line of JSON on standard output.
    speed : float
        How many times real speed the day is then played; 0 for not at all.

    Raises
    ------
    CollectionError
        If a server does not come up or refuses what the demo sends.
    """
    console = Console(stderr=True, highlight=False)
    run = DemoRun()
    password = secrets.token_urlsafe(9)
    api_key = secrets.token_urlsafe(24)
    port = free_port(settings.host, settings.port)
    # The demo itself calls the loopback address; people may come by another one.
    base_url = f"http://{_LOOPBACK if settings.host == _ANY else settings.host}:{port}"
    public_url = settings.base_url or base_url
    environment = {
        **os.environ,
        "COLLECTION_REDIS_URL": redis_url,
        "COLLECTION_HOST": settings.host,
        "COLLECTION_PORT": str(port),
        "COLLECTION_BASE_URL": public_url,
        "COLLECTION_SECRET_KEY": settings.secret_key.get_secret_value(),
        "COLLECTION_API_KEYS": json.dumps({MARKETPLACE: api_key}),
        "COLLECTION_DISPATCHERS": json.dumps({DISPATCHER: PasswordHasher().hash(password)}),
    }
    logs = settings.run_dir / "demo"
    logs.mkdir(parents=True, exist_ok=True)
    clock_file = logs / "clock.json"
    clock_file.unlink(missing_ok=True)
    if speed:
        environment["COLLECTION_PLAYED_CLOCK"] = str(clock_file.resolve())
    with ExitStack() as stack:
        with run.phase("start"), console.status("Starting the API and a worker"):
            api = stack.enter_context(process("serve", environment, logs / "api.log"))
            worker = stack.enter_context(process("worker", environment, logs / "worker.log"))
            wait_until_ready(base_url, (api, worker), logs)
        console.print(f"[green]✓[/] API and one worker are up at {base_url}")
        market = stack.enter_context(
            httpx.Client(
                base_url=base_url,
                headers={"Authorization": f"Bearer {api_key}"},
                timeout=30,
            )
        )
        desk = stack.enter_context(httpx.Client(base_url=base_url, timeout=30))

        def log_in() -> httpx.Client:
            _call(desk, "POST", "/v1/session", json={"name": DISPATCHER, "password": password})
            return desk

        log_in()
        addresses = tuple(iter_addresses(settings.network_dir / "monaco" / "addresses.sqlite"))
        day = _next_day(market)
        with run.phase("book"):
            wishes = make_wishes(addresses, day, count=requests, seed=seed)
            asked = _book(market, console, wishes, day, seed)
        console.print(f"[green]✓[/] {told_slots(asked)}")
        with run.phase("plan"):
            plan_id, phases = _plan(desk, console, day, seed)
        run.seconds.update(phases)
        plan = _call(desk, "GET", f"/v1/plans/{plan_id}").json()
        with run.phase("publish"):
            _call(desk, "POST", f"/v1/plans/{plan_id}/publish")
        summary = summary_of(plan, run.seconds)
        show(console, plan, public_url, name=DISPATCHER, password=password)
        if not settings.smtp_url.get_secret_value():
            console.print(f"Mails            {settings.run_dir / MAILS}", soft_wrap=True)
        if as_json:
            print(json.dumps(summary, separators=(",", ":")), flush=True)  # noqa: T201
        if speed:
            services = build_services(settings, redis_url, clock=DemoClock(clock_file))
            play_day(
                services,
                services.plans.get(plan_id),
                log_in,
                clock_file,
                console,
                speed=speed,
                seed=seed,
            )
        if not once:
            serve_on(console, (api, worker))


def _idempotent() -> dict[str, str]:
    return {"Idempotency-Key": secrets.token_hex(12)}


def _require(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        request = answer.request
        raise CollectionError(
            f"{request.method} {request.url} answered {answer.status_code}: {answer.text}"
        )
    return answer


def _call(client: httpx.Client, method: str, path: str, **options: Any) -> httpx.Response:
    headers = _idempotent() if method == "POST" else {}
    return _require(client.request(method, path, headers=headers, **options))


def _next_day(market: httpx.Client) -> str:
    slots = _call(market, "GET", "/v1/slots", params={"territory": "monaco"}).json()["slots"]
    if not slots:
        raise CollectionError("the territory offers no slot in the coming days")
    return str(slots[0]["date"])


def _book(
    market: httpx.Client,
    console: Console,
    wishes: list[tuple[dict[str, Any], Position]],
    day: str,
    seed: int,
) -> list[Asked]:
    """Book as customers do: ask for the slots of one's address, choose one, send."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as bar, ThreadPoolExecutor(8) as pool:
        task = bar.add_task("Booking pickups over HTTP", total=len(wishes))

        def book(wish: tuple[dict[str, Any], Position]) -> Asked:
            body, position = wish
            pin = {"lon": position.lon, "lat": position.lat}
            asked = {
                **{
                    name: body["address"][name]
                    for name in ("building", "floor", "lift")
                    if name in body["address"]
                },
                "device": [f"{one['type']}:{one['battery']}" for one in body["devices"]],
                "date": day,
            }
            for _ in range(_TRIES):
                slots = _call(market, "GET", "/v1/slots", params={**pin, **asked}).json()["slots"]
                slot = choose_slot(slots, body["reference"], seed=seed)
                if slot is None:
                    break
                body = {**body, "slot_id": slot["id"]}
                answer = market.post("/v1/pickup-requests", json=body, headers=_idempotent())
                if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
                    # Two houses share these words: do what a customer does and set the pin.
                    body = {**body, "address": {**body["address"], **pin}}
                    answer = market.post("/v1/pickup-requests", json=body, headers=_idempotent())
                if answer.status_code != httpx.codes.CONFLICT:
                    _require(answer)
                    break
                # Somebody was faster: ask again.
                slot = None
            bar.advance(task)
            return slots, slot

        return list(pool.map(book, wishes))


def _plan(
    desk: httpx.Client, console: Console, day: str, seed: int
) -> tuple[str, dict[str, float]]:
    body = {"territory": "monaco", "date": day, "seed": seed}
    job = _call(desk, "POST", "/v1/plans", json=body).json()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("Closing the day and planning the night", total=1.0)
        while True:
            status = _call(desk, "GET", f"/v1/jobs/{job['id']}").json()
            if status["status"] == "failed":
                raise CollectionError(f"planning failed: {status['error']}")
            if status["status"] == "finished":
                bar.update(task, completed=1.0)
                return status["plan_id"], status["phases"]
            progress = status.get("progress")
            if progress:
                text = f"Night of {day}: {progress['phase']} {progress['text']}"
                bar.update(task, completed=progress["done"], description=text)
            time.sleep(0.2)
