"""The tables of the core."""

from shuibao.platform.core.models.attachment import Attachment
from shuibao.platform.core.models.deadline import Deadline
from shuibao.platform.core.models.due import DueRow
from shuibao.platform.core.models.event import ChainHead, Event
from shuibao.platform.core.models.region import Region

__all__ = ["Attachment", "ChainHead", "Deadline", "DueRow", "Event", "Region"]
