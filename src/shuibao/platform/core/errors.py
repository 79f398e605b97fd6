"""What may go wrong when a person asks for something: each becomes one answer of the web and of the API."""

from shuibao.science.errors import DomainError


class NotAllowed(DomainError):
    """The person may see the object and may not do this to it (403)."""

    def __init__(self, verb: str, about: object) -> None:
        super().__init__(f"你没有对“{about}”进行此操作的权限（{verb}）。请联系本单位管理员。")
        self.verb = verb


class MoveNotAllowed(DomainError):
    """A change of state that the table of moves does not have (409)."""

    def __init__(self, about: object, now: str, to: str, allowed: tuple[str, ...]) -> None:
        possible = "、".join(allowed) or "无"
        super().__init__(f"“{about}”现为“{now}”，不能改为“{to}”。可以改为：{possible}。")


class Conflict(DomainError):
    """Someone else changed the object, or did the same, in the meantime (409)."""
