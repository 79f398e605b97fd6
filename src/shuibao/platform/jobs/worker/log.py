"""The worker's log: one JSON object a line, with ids and no names."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

_LOG = logging.getLogger("shuibao.worker")


class JsonLine(logging.Formatter):
    """A record as {"at", "level", "what", …facts}."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; an exception's traceback stands in it as one text."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "what": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_as_json() -> None:
    """Sends the log of this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def say(what: str, **facts: Any) -> None:
    """A line about something that went as it should."""
    _LOG.info(what, extra={"facts": facts})


def warn(what: str, **facts: Any) -> None:
    """A line about something that someone may want to look at."""
    _LOG.warning(what, extra={"facts": facts})
