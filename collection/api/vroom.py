"""The HTTP interface of vroom-express: its clients switch by changing an address.

Bodies, answers, error codes and statuses are those of vroom-express. A client that cannot
send an Authorization header of its own takes its API key into the address, as the password:
``https://shop:<key>@<host>/vroom``.
"""

from __future__ import annotations

import base64
import binascii
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request, Response

from collection.api.callers import STAFF, allow, identify, unauthorized
from collection.api.limiter import client_address
from collection.api.middleware import read_body
from collection.api.openapi import VROOM_ERRORS, VROOM_REQUEST
from collection.api.problems import ProblemError, internal
from collection.api.security import find_api_key
from collection.api.vroom_work import MAX_BYTES, TooLarge, work
from collection.errors import CollectionError, InvalidRequest, RoutingUnavailable

if TYPE_CHECKING:
    from collection.services import Services

PATHS = frozenset({"/vroom", "/vroom/"})

MAX_WAITING = 8
"""Requests that wait while one is solved; the cores are worth one solve at a time."""

INTERNAL, INPUT, ROUTING, TOO_LARGE = 1, 2, 3, 4

_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Origin, X-Requested-With, Content-Type, Accept, Authorization",
}

router = APIRouter(tags=["operations"])
"""
