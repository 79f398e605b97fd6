"""What a channel is, and how it fails."""

from typing import NamedTuple, Protocol

from shuibao.platform.notices.models import Message
from shuibao.science.errors import DomainError


class Receipt(NamedTuple):
    """What the provider gave back."""

    provider_id: str = ""


class Undeliverable(DomainError):
    """Trying again would not help: not configured, no address, refused."""


class TryLater(DomainError):
    """The other side does not answer now."""


class Channel(Protocol):
    """A way a message goes out. Sending the same message twice must be recognisable by its key."""

    def lack(self) -> str:
        """What is not configured, in words; empty when it can send."""

    def send(self, message: Message) -> Receipt:
        """The receipt. Raises Undeliverable or TryLater."""
