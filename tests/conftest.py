"""A real server for every test that wants one: started once, emptied for each."""

import os

import pytest
import structlog
from hypothesis import settings

from collection.store import EmbeddedServer, connect

# For tests that leave the number of their examples to the profile.
settings.register_profile("long", max_examples=2_500, deadline=None)
if os.environ.get("COLLECTION_LONG"):
    settings.load_profile("long")


@pytest.fixture(scope="session")
def server_url(tmp_path_factory):
    with EmbeddedServer(tmp_path_factory.mktemp("server")) as server:
        yield server.url


@pytest.fixture
def redis_client(server_url):
    with connect(server_url) as client:
        client.flushdb()
        yield client


@pytest.fixture(autouse=True)
def _quiet_log():
    """The access log of hundreds of requests would hide what a failing test has to say."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
