"""Products of the coarse demo."""

import sys
from pathlib import Path

MADE = Path(__file__).parents[1] / "monitoring"
if str(MADE) not in sys.path:
    sys.path.append(str(MADE))

from made import draft, engineer, published, runs  # noqa: E402  (found through the path above)

__all__ = ["draft", "engineer", "published", "runs"]
