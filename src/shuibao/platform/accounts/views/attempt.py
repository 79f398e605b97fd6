"""Tries a service for a form: what the person can mend is said beside the form."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError

from shuibao.platform.core.errors import NotAllowed
from shuibao.science.errors import DomainError


def succeeded(form: forms.Form, act: Callable[[], object]) -> bool:
    """Whether the form was right and the act done; if not, the form says why. NotAllowed goes through."""
    if not form.is_valid():
        return False
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as problem:
        form.add_error(None, str(problem))
    except ValidationError as problem:
        form.add_error(None, problem.messages)
    return form.is_valid()
