"""Sessions and health."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from collection.api.fields import Name
from collection.api.schemas.examples import incoming, outgoing


class LoginIn(BaseModel):
    """Name and password of a dispatcher."""

    model_config = incoming({"name": "dispatcher", "password": "correct horse battery staple"})

    name: Annotated[Name, Field(max_length=100)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class SessionOut(BaseModel):
    """Who is logged in, and how long."""

    model_config = outgoing({"name": "dispatcher", "expires_at": "2026-03-30T18:00:00Z"})

    name: str
    expires_at: datetime


class HealthOut(BaseModel):
    """That the process answers."""

    model_config = outgoing({"status": "ok"})

    status: str


class ReadyOut(BaseModel):
    """That work can be done."""

    model_config = outgoing({"status": "ready", "territories": ["monaco"]})

    status: str
    territories: list[str]
