"""Messages shown in the platform itself."""

from shuibao.platform.notices.channels.channel import Receipt
from shuibao.platform.notices.models import Message


class InApp:
    """The outbox is the inbox: a message that is written has arrived."""

    def lack(self) -> str:
        """Nothing is needed."""
        return ""

    def send(self, message: Message) -> Receipt:
        """The message's own number."""
        return Receipt(str(message.pk))
