"""How accounts are guarded: the numbers of rules/accounts.toml as the settings need them."""

from functools import cache
from typing import NamedTuple

from shuibao.rules import RuleBook


class Policy(NamedTuple):
    """Password, lockout and session limits."""

    password_length: int
    password_kinds: int
    lockout_attempts: int
    lockout_address_attempts: int
    lockout_minutes: int
    idle_minutes: int
    invitation_hours: int

    @property
    def failed_sign_ins(self) -> str:
        """How many wrong attempts are borne, as allauth writes it: by address and by account."""
        window = f"{self.lockout_minutes}m"
        return f"{self.lockout_address_attempts}/{window}/ip,{self.lockout_attempts}/{window}/key"


@cache
def policy() -> Policy:
    """The shipped limits. Read once: a change takes effect when the platform starts again."""
    book = RuleBook.load()
    return Policy(*(int(book.number(f"accounts.{name}")) for name in Policy._fields))
