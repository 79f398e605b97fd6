"""The shipped plans: plans/*.toml, read as they stand."""

import importlib.resources
import tomllib
from typing import Any

from shuibao.science.errors import DomainError

PLANS = ("shanxi-2023-36", "yuncheng-2024-3")

EVERY_COUNTY = ("各县（市、区）人民政府",)
SOME_COUNTIES = ("相关县（市、区）人民政府", "相关（市、区）人民政府")
"""Two tasks print it without 县; which counties are meant is not said."""


class UnitUnknown(DomainError):
    """A unit of a plan that the platform's organisations do not have."""

    def __init__(self, name: str, task: int) -> None:
        super().__init__(
            f"第 {task} 项任务的单位“{name}”不在单位名录里，请先运行 shuibao migrate 载入单位，"
            "或在“单位”中补上这个名称。"
        )


def shipped_plan(code: str) -> dict[str, Any]:
    """A plan's file: plan, clause, task, quantity."""
    source = importlib.resources.files("shuibao.platform.goals") / "plans" / f"{code}.toml"
    content: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    return content
