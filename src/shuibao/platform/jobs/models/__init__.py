"""The tables of jobs."""

from shuibao.platform.jobs.models.job import Job
from shuibao.platform.jobs.models.line import JobLine

__all__ = ["Job", "JobLine"]
