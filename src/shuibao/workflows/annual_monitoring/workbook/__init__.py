"""summary.xlsx of a year's monitoring."""

from shuibao.workflows.annual_monitoring.workbook.book import write_workbook

__all__ = ["write_workbook"]
