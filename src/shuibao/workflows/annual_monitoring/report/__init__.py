"""The report of a year's monitoring: one page that needs nothing but itself."""

from shuibao.workflows.annual_monitoring.report.maps import Maps, read_maps
from shuibao.workflows.annual_monitoring.report.page import write_report

__all__ = ["Maps", "read_maps", "write_report"]
