"""The main job on real input: book over HTTP, plan the night, publish, serve."""

from __future__ import annotations

import io
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import segno
from argon2 import PasswordHasher
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from collection.demo_customers import make_wishes
from collection.errors import CollectionError
from collection.geocode import iter_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from collection.model import Position
    from collection.settings import Settings

MARKETPLACE = "demo"
DISPATCHER = "dispatcher"
_START_SECONDS = 60.0
_ANY = "0.0.0.0"
_LOOPBACK = "127.0.0.1"
_STOP_SECONDS = 15.0


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

    Raises
    ------
    CollectionError
        If a server does not come up or refuses what the demo sends.
    """
    console = Console(stderr=True, highlight=False)
    run = DemoRun()
    password = secrets.token_urlsafe(9)
    api_key = secrets.token_urlsafe(24)
    port = _free_port(settings.host, settings.port)
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
    with ExitStack() as stack:
        with run.phase("start"), console.status("Starting the API and a worker"):
            api = stack.enter_context(_process("serve", environment, logs / "api.log"))
            worker = stack.enter_context(_process("worker", environment, logs / "worker.log"))
            _wait_until_ready(base_url, (api, worker), logs)
        console.print(f"[green]✓[/] API and one worker are up at {base_url}")
        market = stack.enter_context(
            httpx.Client(
                base_url=base_url,
                headers={"Authorization": f"Bearer {api_key}"},
                timeout=30,
            )
        )
        desk = stack.enter_context(httpx.Client(base_url=base_url, timeout=30))
        _call(desk, "POST", "/v1/session", json={"name": DISPATCHER, "password": password})

        addresses = tuple(iter_addresses(settings.network_dir / "monaco" / "addresses.sqlite"))
        day, slots = _next_day(market)
        with run.phase("book"):
            _book(market, console, make_wishes(addresses, slots, day, count=requests, seed=seed))
        with run.phase("plan"):
            plan_id, phases = _plan(desk, console, day, seed)
        run.seconds.update(phases)
        plan = _call(desk, "GET", f"/v1/plans/{plan_id}").json()
        with run.phase("publish"):
            _call(desk, "POST", f"/v1/plans/{plan_id}/publish")
        summary = _summary(plan, run)
        _show(console, plan, public_url, password)
        if as_json:
            print(json.dumps(summary, separators=(",", ":")), flush=True)  # noqa: T201
        if not once:
            _serve_on(console, (api, worker))


def _free_port(host: str, wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CollectionError(f"no free port on {host}")


@contextmanager
def _process(
    command: str, environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "collection", command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C must reach the demo alone, which then stops its servers in order.
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(
    base_url: str, processes: Sequence[subprocess.Popen[bytes]], logs: Path
) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        for process in processes:
            if process.poll() is not None:
                raise CollectionError(
                    f"a server ended with code {process.returncode}; its log is in {logs}"
                )
        try:
            if httpx.get(f"{base_url}/readyz", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise CollectionError(f"the API was not ready within {_START_SECONDS:.0f} s; see {logs}")


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


def _next_day(market: httpx.Client) -> tuple[str, list[dict[str, Any]]]:
    slots = _call(market, "GET", "/v1/slots", params={"territory": "monaco"}).json()["slots"]
    if not slots:
        raise CollectionError("the territory offers no slot in the coming days")
    day = slots[0]["date"]
    return day, [slot for slot in slots if slot["date"] == day]


def _book(
    market: httpx.Client, console: Console, wishes: list[tuple[dict[str, Any], Position]]
) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as bar, ThreadPoolExecutor(8) as pool:
        task = bar.add_task("Booking pickups over HTTP", total=len(wishes))

        def book(wish: tuple[dict[str, Any], Position]) -> None:
            body, position = wish
            answer = market.post("/v1/pickup-requests", json=body, headers=_idempotent())
            if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
                # Two houses share these words: do what a customer does and set the pin.
                pin = {"lon": position.lon, "lat": position.lat}
                body = {**body, "address": {**body["address"], **pin}}
                _call(market, "POST", "/v1/pickup-requests", json=body)
            else:
                _require(answer)
            bar.advance(task)

        list(pool.map(book, wishes))


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


def _summary(plan: dict[str, Any], run: DemoRun) -> dict[str, Any]:
    routes = plan["routes"]
    planned = sum(len(route["stops"]) for route in routes)
    return {
        "requests": planned + len(plan["unassigned"]),
        "planned": planned,
        "unassigned": dict(Counter(item["reason"] for item in plan["unassigned"])),
        "routes": len(routes),
        "km": round(sum(route["metres"] for route in routes) / 1_000, 1),
        "hours": round(sum(route["duration_seconds"] for route in routes) / 3_600, 2),
        "seconds": run.seconds,
        "violations": len(plan["violations"]),
    }


def _show(console: Console, plan: dict[str, Any], base_url: str, password: str) -> None:
    table = Table(title=f"Plan {plan['id']}, published", title_justify="left")
    for heading in ("Route", "Stops", "Leaves", "Returns", "km", "Devices", "Cost"):
        table.add_column(heading, justify="left" if heading == "Route" else "right")
    for route in plan["routes"]:
        table.add_row(
            route["vehicle_name"],
            str(len(route["stops"])),
            route["start"],
            route["end"],
            f"{route['metres'] / 1_000:.1f}",
            str(route["load"]["units"]),
            f"{route['cost'] / 100:.2f}",
        )
    console.print(table)
    for route in plan["routes"]:
        console.print(f"\n[bold]{route['vehicle_name']}[/]  {route['driver_url']}", soft_wrap=True)
        if console.is_terminal:
            code = io.StringIO()
            segno.make(route["driver_url"], error="l").terminal(out=code, compact=True)
            console.file.write(code.getvalue())
    console.print(f"\nBook a pickup    {base_url}/book", soft_wrap=True)
    console.print(
        f"Dispatcher's day {base_url}/dispatch/{plan['territory']}/{plan['date']}", soft_wrap=True
    )
    console.print(f"                 log in as [bold]{DISPATCHER}[/] with [bold]{password}[/]")


def _serve_on(console: Console, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    console.print("\nServing until Ctrl-C.")
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        console.print("Stopping.")
        return
    raise CollectionError("a server ended by itself; see its log")
