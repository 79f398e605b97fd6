"""Errors a person can mend: each message says what, where, and what to do, in one line of Chinese."""


class DomainError(Exception):
    """Something in the input or the rules that the caller can mend; the message is shown as it is."""


class InputError(DomainError):
    """Input that cannot be used: the message names the file, the place in it and the remedy."""


class OutOfRange(DomainError):
    """A value outside the range its formula is defined for."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        super().__init__(f"{name} = {value} 超出允许范围 {allowed}。请检查输入的数值和单位。")
        self.name, self.value, self.allowed = name, value, allowed
