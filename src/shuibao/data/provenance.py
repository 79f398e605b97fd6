"""Where a product comes from: inputs by hash, rules by version, parameters, versions of software."""

import getpass
import hashlib
import json
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import rasterio

import shuibao
from shuibao.data.content_hash import content_hash
from shuibao.data.files import File
from shuibao.rules import Rule

_LIBRARIES = ("numpy", "numba", "scipy", "rasterio", "pyproj", "shapely", "pykrige")


@dataclass(frozen=True)
class Provenance:
    """Everything that makes a result what it is. All but time and person make the run id."""

    parameters: dict[str, Any]
    inputs: dict[str, str]
    rules: dict[str, dict[str, Any]]
    software: dict[str, str]
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def run_id(self) -> str:
        """The same inputs, rules, parameters and versions give the same id, and the same pixels."""
        facts = [self.parameters, self.inputs, self.rules, self.software]
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, Any]:
        """As written to provenance.json."""
        return {
            "run_id": self.run_id,
            "parameters": self.parameters,
            "inputs": self.inputs,
            "rules": self.rules,
            "software": self.software,
            "started": self.started.isoformat(timespec="seconds"),
            "person": _person(),
        }


def provenance(
    parameters: dict[str, Any], inputs: Iterable[tuple[str, File]], rules: Iterable[Rule]
) -> Provenance:
    """The provenance of a run: inputs are (name to show, file)."""
    return Provenance(
        parameters,
        {name: content_hash(file) for name, file in sorted(inputs, key=lambda named: named[0])},
        {f"{rule.id}@{rule.region}" if rule.region else rule.id: _facts(rule) for rule in rules},
        _software(),
    )


def _facts(rule: Rule) -> dict[str, Any]:
    return {
        "value": rule.value,
        "unit": rule.unit,
        "confidence": rule.confidence,
        "verified_by": rule.verified_by,
        "version": rule.version,
    }


def _software() -> dict[str, str]:
    libraries = {name: version(name) for name in _LIBRARIES}
    return {
        "shuibao": shuibao.__version__,
        "python": platform.python_version(),
        "gdal": rasterio.__gdal_version__,
        **libraries,
    }


def _person() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
