"""The shapes that do not depend on a register."""

from typing import Any

from ninja import Schema
from pydantic import ConfigDict


class Strict(Schema):
    """What a program sends: a name that we do not know is a mistake."""

    model_config = ConfigDict(extra="forbid")


class FaultOut(Schema):
    """A value that cannot be taken."""

    field: str
    code: str
    detail: str


class ProblemOut(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FaultOut]
    instance: str
    request_id: str


PROBLEMS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422, 429), ProblemOut)
