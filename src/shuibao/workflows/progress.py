"""How a workflow tells how far it is: the step in words, and the share of all that is done."""

from collections.abc import Callable

Progress = Callable[[str, float], None]


def silent(_step: str, _done: float) -> None:
    """For callers that do not want to know."""
