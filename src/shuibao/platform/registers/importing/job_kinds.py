"""Imports that are too large for a page, as jobs."""

from typing import Any
from uuid import UUID

from shuibao.platform.jobs.kind import Parameters, job_kind
from shuibao.platform.jobs.running import RunningJob
from shuibao.platform.registers.importing.background import ACTS, KIND


@job_kind(KIND, title="导入", lane="work", resumable=True)
def carry_out(parameters: Parameters, job: RunningJob) -> dict[str, Any]:
    """The counts of the import. Killed, it starts over: writing is one transaction."""
    imported = ACTS[parameters["act"]](UUID(parameters["import"]), job.progress)
    return {"counts": imported.counts}
