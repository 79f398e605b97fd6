"""The ways a message goes out, behind one interface."""

from shuibao.platform.notices.channels.channel import Channel
from shuibao.platform.notices.channels.email import Email
from shuibao.platform.notices.channels.gateway import gateway
from shuibao.platform.notices.channels.in_app import InApp
from shuibao.platform.notices.models import Message


def channel_named(name: str) -> Channel:
    """The channel with a name, as it is configured now."""
    if name == Message.Channel.IN_APP:
        return InApp()
    if name == Message.Channel.EMAIL:
        return Email()
    return gateway(Message.Channel(name))
