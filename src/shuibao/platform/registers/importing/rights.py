"""Who gets to the pages of an import at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.importing.models import Import
from shuibao.platform.registers.importing.queries import may_import
from shuibao.platform.registers.registry import register_named

Page = Callable[..., HttpResponse]


def of_register(page: Page) -> Page:
    """A page that is given the register by its name, for people who may import into it.

    A register that takes in no files, or that the person may not see, is not there (404).
    """

    @login_required
    @wraps(page)
    def found(request: HttpRequest, name: str, **parts: Any) -> HttpResponse:
        register = register_named(name)
        if register is None or register.importing is None:
            raise Http404
        if not may_import(request.user, register):
            if not register.is_open and not reader_of(request.user).may(register.verb("view")):
                raise Http404
            raise NotAllowed(register.verb("import"), register.title)
        try:
            return page(request, register, **parts)
        except Import.DoesNotExist as absent:
            raise Http404 from absent

    return found
