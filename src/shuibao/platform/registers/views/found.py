"""The register of an address, and whether this person may open it at all."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.registry import register_named


def open_register(request: HttpRequest, name: str) -> Register:
    """The register with the name. Raises Http404 for one that does not exist or may not be seen."""
    register = register_named(name)
    if register is None or not (register.is_open or reader_of(request.user).may(register.verb("view"))):
        raise Http404
    return register


def sign_in_first(request: HttpRequest) -> HttpResponse | None:
    """The way to the sign-in page for a visitor; None for a person."""
    return None if request.user.is_authenticated else redirect_to_login(request.get_full_path())
