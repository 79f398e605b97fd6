"""The platform's settings for worker processes of the tests: one more kind of job, and no patience."""

from shuibao.platform.settings import *  # noqa: F403
from shuibao.platform.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "napping"]
JOB_HEARTBEAT_S = 0.5
JOB_SILENT_S = 5
