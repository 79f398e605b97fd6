"""Kinds of jobs for tests: they nap in steps, break, or hold the interpreter and listen to nobody."""

import ctypes
import time
from pathlib import Path

from shuibao.platform.jobs.kind import job_kind
from shuibao.science.errors import InputError

STEPS = ("躺下", "入睡", "醒来")


def nap(parameters, job):
    """Three steps of naps, and a line in a file for every execution."""
    with Path(parameters["diary"]).open("a") as diary:
        diary.write(f"{job.attempt}\n")
    naps = int(parameters.get("naps", 3))
    for number in range(naps):
        job.progress(STEPS[number * len(STEPS) // naps], number / naps)
        time.sleep(parameters.get("seconds", 0.1))
    job.log("睡好了")
    return {"facts": [["小睡", f"{naps} 次"]], "files": [], "notes": []}


job_kind("nap", title="小睡", lane="work", resumable=False)(nap)
job_kind("resumable_nap", title="可续的小睡", lane="work", resumable=True)(nap)


@job_kind("deaf", title="装睡", lane="work", resumable=False)
def deaf(parameters, _job):
    """A minute in native code that never lets go of the interpreter's lock."""
    Path(parameters["diary"]).write_text("asleep")
    ctypes.PyDLL(None).sleep(60)
    return {}


@job_kind("nightmare", title="噩梦", lane="work", resumable=False)
def nightmare(parameters, _job):
    """An error: one that a person can mend, or a fault of the program."""
    if parameters.get("fault"):
        return {}["没有这个键"]
    raise InputError("枕头.tif 第 3 行：没有羽毛。请换一个枕头。")
