"""A number for every request: in the answer, on the page of an error, and on every line of the log."""

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

NONE = "-"
_current: ContextVar[str] = ContextVar("request_id", default=NONE)


def current() -> str:
    """The number of the request being answered; a dash outside of one."""
    return _current.get()


class RequestId:
    """Gives the request a number. It stands outside all else, so that every line of the log has it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = secrets.token_hex(6)
        token = _current.set(number)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-Id"] = number
        return response


class InLog(logging.Filter):
    """Puts the number on a line of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: no line is left out."""
        record.request_id = current()
        return True
