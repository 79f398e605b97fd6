"""Who must see to something: a person, an organisation, or whoever holds a role in the object's region."""

from typing import Any, NamedTuple

from shuibao.science.errors import DomainError


class NotOneResponsible(DomainError):
    """Nobody, or more than one, is named as responsible."""

    def __init__(self) -> None:
        super().__init__("责任人、责任单位、责任角色必须且只能填一项。")


class Responsible(NamedTuple):
    """Exactly one of the three."""

    person: Any = None
    organisation: Any = None
    role: str = ""

    def checked(self) -> "Responsible":
        """Itself. Raises NotOneResponsible unless exactly one is named."""
        if sum((self.person is not None, self.organisation is not None, bool(self.role))) != 1:
            raise NotOneResponsible
        return self
