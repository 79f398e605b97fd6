"""Annual soil-loss monitoring (年度水土流失动态监测): a run file in, a folder of products out."""

from shuibao.workflows.annual_monitoring.plan import Plan, load_plan
from shuibao.workflows.annual_monitoring.result import MonitoringResult
from shuibao.workflows.annual_monitoring.run import run

__all__ = ["MonitoringResult", "Plan", "load_plan", "run"]
