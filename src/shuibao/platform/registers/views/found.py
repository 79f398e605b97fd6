"""The register of an address, and whether this person may open it at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase

from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.registry import register_named

Page = Callable[..., HttpResponseBase]


def of_register(page: Page) -> Page:
    """A page that is given the register by its name.

    One that does not exist or may not be seen is not there (404); visitors are asked to sign in first, so
    that an address that a colleague pasted leads where it should.
    """

    @wraps(page)
    def opened(request: HttpRequest, name: str, *places: Any, **parts: Any) -> HttpResponseBase:
        register = register_named(name)
        if register is None:
            raise Http404
        if not register.is_open and not reader_of(request.user).may(register.verb("view")):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            raise Http404
        return page(request, register, *places, **parts)

    return opened


def row_at(register: Register, user: object, key: str) -> Any:
    """One object by its key. Raises Http404 for one that does not exist or may not be seen."""
    try:
        return register.find(user, key)
    except (ValueError, OverflowError, ValidationError, ObjectDoesNotExist) as problem:
        raise Http404 from problem
