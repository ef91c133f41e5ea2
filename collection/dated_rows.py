"""The dates of a row in a file of ``data/``."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field, ValidationInfo, field_validator


class DatedRow(BaseModel):
    """A row with its first day, its last one where it has one, and its source."""

    valid_from: date
    valid_until: date | None = None
    source: str = Field(min_length=1)

    @field_validator("valid_until")
    @classmethod
    def _holds_some_day(cls, until: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("valid_from")
        if until is not None and first is not None and until < first:
            raise ValueError("valid_until is before valid_from")
        return until
