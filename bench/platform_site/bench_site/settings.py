"""The platform's settings with the scratch application, and without the limit on requests a minute."""

from shuibao.platform.settings import *  # noqa: F403
from shuibao.platform.settings import INSTALLED_APPS as SHIPPED

INSTALLED_APPS = [*SHIPPED, "bench_site"]
API_PER_MINUTE = {"token": 10**9, "address": 10**9}
