"""What a person has said about a file, and what still has to be asked."""

from dataclasses import dataclass, fields
from typing import NamedTuple, Self


@dataclass(frozen=True)
class Answers:
    """What a person said about a file; "" is what was not asked or not yet answered.

    shape: what a table's coordinates are (none, points, vertices). axes: as_given or swapped.
    """

    sheet: str = ""
    header_row: str = ""
    encoding: str = ""
    delimiter: str = ""
    layer: str = ""
    shape: str = ""
    east: str = ""
    north: str = ""
    ring_of: str = ""
    crs: str = ""
    axes: str = ""

    @classmethod
    def of(cls, said: dict[str, str]) -> Self:
        """The answers among what was said."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value.strip() for name, value in said.items() if name in known})


class Choice(NamedTuple):
    """A possible answer: what is sent, and what is read."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """Something the file does not say. name: the answer's name. guess: shown first, never taken unasked.

    is_free: another answer than the choices may be typed. is_optional: it may stay empty.
    """

    name: str
    text: str
    reason: str
    choices: tuple[Choice, ...] = ()
    guess: str = ""
    is_free: bool = False
    is_optional: bool = False


class Unanswered(Exception):
    """The file cannot be read before these questions are answered."""

    def __init__(self, *questions: Question) -> None:
        super().__init__("、".join(question.text for question in questions))
        self.questions = questions


def chosen(said: str, question: Question) -> str:
    """The answer to a question. Raises Unanswered when it was not given, or is none of the choices."""
    allowed = question.is_free or said in {choice.value for choice in question.choices}
    if not said or not allowed:
        raise Unanswered(question)
    return said
