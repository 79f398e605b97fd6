"""Errors a person can mend: each message says what, where, and what to do, in one line of Chinese."""

from collections.abc import Callable


class DomainError(Exception):
    """Something in the input or the rules that the caller can mend; the message is shown as it is.

    It travels between processes as its class and message.
    """

    def __reduce__(self) -> tuple[Callable[..., "DomainError"], tuple[type["DomainError"], str]]:
        return _arrived, (type(self), str(self))


def _arrived(kind: type[DomainError], message: str) -> DomainError:
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    return error


class InputError(DomainError):
    """Input that cannot be used: the message names the file, the place in it and the remedy."""


class OutOfRange(DomainError):
    """A value outside the range its formula is defined for."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        super().__init__(f"{name} = {value} 超出允许范围 {allowed}。请检查输入的数值和单位。")
        self.name, self.value, self.allowed = name, value, allowed
