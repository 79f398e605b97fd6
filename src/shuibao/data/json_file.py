"""JSON files as all products write them: UTF-8, Chinese as it is, one newline at the end."""

import json
from pathlib import Path
from typing import Any


def write_json(path: Path, values: Any) -> None:
    """Writes the values; the same values give the same bytes. What JSON does not know is written as text."""
    text = json.dumps(values, ensure_ascii=False, indent=1, default=str)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
