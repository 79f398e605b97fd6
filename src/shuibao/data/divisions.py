"""The shipped administrative divisions of Shanxi without boundaries: development zones and townships."""

import csv
import importlib.resources
from functools import cache
from typing import NamedTuple


class Division(NamedTuple):
    """A division by code; source: where code and name come from."""

    code: str
    name: str
    source: str


@cache
def zones() -> tuple[Division, ...]:
    """Development and scenic zones that are run as counties and have no code of GB/T 2260."""
    return tuple(Division(row["code"], row["name"], row["source"]) for row in _rows("shanxi_zones.csv"))


@cache
def townships() -> tuple[Division, ...]:
    """Townships and streets (statistical codes of 2023); the first six digits are the county's or zone's."""
    return tuple(
        Division(row["code"], row["name"], "统计用区划代码 2023") for row in _rows("shanxi_townships.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    source = importlib.resources.files("shuibao.data") / "boundaries" / name
    return list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))
