"""Where an import is checked and written: at once when it is small, as a job when it is not."""

from typing import Literal
from uuid import UUID

from shuibao.platform.accounts.models import User
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.jobs import services as jobs
from shuibao.platform.jobs.models import Job
from shuibao.platform.registers.importing import services
from shuibao.platform.registers.importing.models import Import

KIND = "import"
IN_PROCESS_ROWS = 2000
"""About a second of checking on two cores: more would keep a page waiting."""
Act = Literal["check", "write"]
ACTS = {"check": services.check, "write": services.write_import}


def begin(import_id: UUID, act: Act, *, by: User) -> Import:
    """The import, checked or written; or with the job that does it. A person without jobs waits for it."""
    imported = services.own(import_id, by)
    is_small = imported.report.get("rows", 0) <= IN_PROCESS_ROWS
    if is_small or imported.region is None or not reader_of(by).may("jobs.start", imported.region_id):
        return ACTS[act](import_id)
    parameters = {"import": str(imported.pk), "act": act, "round": imported.checks}
    title = f"{'核对' if act == 'check' else '导入'} {imported.name}"
    job = jobs.start(KIND, parameters, by=by, region=imported.region, title=title)
    imported.job_id = job.pk
    imported.save(update_fields=["job_id"])
    return imported


def job_of(imported: Import) -> Job | None:
    """The job that checks or writes the import now, or that failed to; None when there is none."""
    if imported.job_id is None:
        return None
    job = Job.objects.filter(pk=imported.job_id).first()
    return None if job is None or job.state == Job.State.DONE else job
