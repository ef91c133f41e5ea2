"""A chromium that reports every breach, before the whole product on real streets."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from pydantic import SecretStr

from collection.api import assets
from collection.api.links import LinkSigner
from collection.api.security import SESSION_COOKIE, hash_password, issue_session
from collection.geocode import iter_addresses, write_index
from collection.model import Battery, Customer, Device, Plan
from collection.routing.network import MonacoExtract, build_network
from collection.routing.speeds import SpeedTable
from collection.scheduling.booking import AddressWish
from collection.scheduling.nightly import plan_night
from collection.scheduling.slots import offer
from collection.scheduling.wishes import BookingWish
from collection.services import Services
from collection.settings import Settings
from collection.store import EmbeddedServer
from collection.wiring import build_services
from tests.api.conftest import serving

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
PASSWORD = "correct horse battery staple"
REQUESTS = 24
# A browser's own errands would look like requests of the page.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("Camille Laurent", "Lukas Weber", "Lucía Romero", "<script>alert(1)</script>")


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is absent; install Debian's chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass
class Visitor:
    """One person's browser, and whatever it did that it should not."""

    page: object
    base: str
    excused: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)

    def watch(self):
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.breaches.append(f"script: {error}"))
        self.page.on("dialog", lambda dialog: self.breaches.append(f"dialog: {dialog.message}"))
        self.page.on("request", self._on_request)

    def _on_console(self, message):
        if message.type in {"error", "warning"}:
            self.breaches.append(f"console: {message.text}")

    def _on_request(self, request):
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.breaches.append(f"foreign: {request.url}")

    def open(self, path):
        return self.page.goto(self.base + path)


@pytest.fixture
def visit(browser, site):
    visitors, contexts = [], []

    def make(*, width=1440, height=900, **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, **{"locale": "en-GB", **options}
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        visitor = Visitor(page=context.new_page(), base=site.base)
        visitor.watch()
        visitors.append(visitor)
        return visitor

    yield make
    for context in contexts:
        context.close()
    for visitor in visitors:
        assert [
            breach
            for breach in visitor.breaches
            if not any(excuse in breach for excuse in visitor.excused)
        ] == []


@pytest.fixture
def staff(visit, site):
    def make(**options):
        visitor = visit(**options)
        # Logging in by hand is another test's, and the product counts attempts.
        name = "dora"
        password_hash = site.services.settings.dispatchers[name]
        cookie = {
            "name": SESSION_COOKIE,
            "value": issue_session(site.signer, name, password_hash),
            "url": site.base,
            "sameSite": "Strict",
        }
        visitor.page.context.add_cookies([cookie])
        return visitor

    return make


@dataclass(frozen=True)
class Site:
    """The running product."""

    base: str
    services: Services
    signer: LinkSigner
    addresses: tuple
    plan: Plan
    quiet_day: object

    def path(self, url):
        return url.removeprefix(self.base)


@pytest.fixture(scope="session")
def networks(tmp_path_factory):
    built = ROOT / "data" / "networks"
    if (built / "monaco").exists():
        return built
    directory = tmp_path_factory.mktemp("networks")
    build_network(
        "monaco",
        MonacoExtract(),
        directory,
        speeds=SpeedTable.load(ROOT / "data" / "speeds.toml"),
        write_addresses=write_index,
    )
    return directory


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "data"
    shutil.copytree(ROOT / "data", folder, ignore=shutil.ignore_patterns("networks", "run"))
    territory = folder / "territories" / "monaco" / "territory.toml"
    text = territory.read_text()
    quick = text.replace("solve_seconds = 6", "solve_seconds = 2")
    assert quick != text
    territory.write_text(quick)
    return folder


@pytest.fixture(scope="session")
def site(networks, data_dir, tmp_path_factory):
    if not assets.installed():
        assets.copy_vendor()
    run = tmp_path_factory.mktemp("run")
    with EmbeddedServer(run / "store") as store:
        settings = Settings(
            _env_file=None,
            data_dir=data_dir,
            network_dir=networks,
            run_dir=run,
            redis_url=store.url,
            secret_key=SecretStr("a secret of the tests only"),
            dispatchers={"dora": hash_password(PASSWORD)},
            public_rate_limit="10000/minute",
        )
        services = build_services(settings, store.url)
        addresses = tuple(iter_addresses(networks / "monaco" / "addresses.sqlite"))
        with serving(services) as (base, _), working(settings):
            days = sorted({slot.day for slot in offered(services)})
            book_day(services, addresses, days[0])
            plan = plan_night("monaco", days[0], services.night_ports()).plan
            services.plans.publish(plan.id, at=services.clock.now())
            signer = LinkSigner.of(settings.model_copy(update={"base_url": base}), services.clock)
            # The pages offer the first free days; this one is left alone by the customers.
            yield Site(base, services, signer, addresses, plan, days[5])


def working(settings):
    """The worker that a dispatcher's "plan now" needs."""
    environment = {
        **os.environ,
        "COLLECTION_DATA_DIR": str(settings.data_dir),
        "COLLECTION_NETWORK_DIR": str(settings.network_dir),
        "COLLECTION_RUN_DIR": str(settings.run_dir),
        "COLLECTION_REDIS_URL": settings.redis_url,
        "COLLECTION_SECRET_KEY": settings.secret_key.get_secret_value(),
        "COLLECTION_DISPATCHERS": json.dumps(settings.dispatchers),
    }
    return _Process([sys.executable, "-m", "collection", "worker"], environment)


class _Process:
    def __init__(self, command, environment):
        self._command, self._environment = command, environment

    def __enter__(self):
        self._process = subprocess.Popen(
            self._command, env=self._environment, cwd=ROOT, stderr=subprocess.DEVNULL
        )
        return self._process

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(20)


def offered(services):
    territory = services.catalogue.territory("monaco")
    return [one.slot for one in offer(territory, services.requests, services.clock.now())]


def own_day(site, number, *, count=3):
    """A published plan of a later day, which no other test touches."""
    day = sorted({slot.day for slot in offered(site.services)})[number]
    book_day(site.services, site.addresses, day, count=count)
    plan = plan_night("monaco", day, site.services.night_ports()).plan
    site.services.plans.publish(plan.id, at=site.services.clock.now())
    return plan


def book_day(services, addresses, day, count=REQUESTS):
    slots = [slot for slot in offered(services) if slot.day == day]
    step = len(addresses) // count
    for number in range(count):
        match = addresses[number * step]
        swollen = number % 8 == 0
        services.desk.accept(
            BookingWish(
                reference=f"R-{number}",
                customer=Customer(
                    name=NAMES[number % len(NAMES)],
                    phone="+37799991234",
                    email="camille@example.org",
                    language="fr",
                ),
                address=AddressWish(
                    line1=match.line1,
                    postcode=match.postcode,
                    city=match.city,
                    country="mc",
                    access_notes="3rd floor, code 24A6" if number % 3 == 0 else "",
                    position=match.position,
                ),
                devices=(
                    Device(
                        type=("phone", "laptop")[number % 2],
                        battery=Battery.SWOLLEN if swollen else Battery.OK,
                        defect="screen broken",
                    ),
                ),
                slot_id=slots[number % len(slots)].id,
            )
        )
