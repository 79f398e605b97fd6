"""States as a table of allowed moves."""

from typing import Any

from django.db import models

from shuibao.platform.core.errors import MoveNotAllowed


def move(about: Any, *, to: models.TextChoices) -> None:
    """Sets and saves the state when the model's MOVES allow it. Raises MoveNotAllowed."""
    now = type(about).State(about.state)
    allowed = about.MOVES[now]
    if to not in allowed:
        words = tuple(str(state.label) for state in type(about).State if state in allowed)
        raise MoveNotAllowed(about, str(now.label), str(to.label), words)
    about.state = to
    about.save(update_fields=["state"])
