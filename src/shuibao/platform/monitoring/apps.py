"""Monitoring as a Django application: a finished run becomes a product."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Products and erosion patches."""

    name = "shuibao.platform.monitoring"
    label = "monitoring"
    verbose_name = "监测"

    def ready(self) -> None:
        """Listens for finished runs; puts the pages into the rail; declares the registers."""
        from shuibao.platform.home.sections import Tool, add_tool
        from shuibao.platform.jobs.endings import job_done
        from shuibao.platform.monitoring import register  # noqa: F401  (declares)
        from shuibao.platform.monitoring.intake import take_in

        job_done.connect(take_in, dispatch_uid="monitoring.take_in")
        add_tool(
            Tool(
                "monitoring",
                "发起监测",
                "选一个运行文件，作为作业计算一年的水土流失",
                "monitoring:start",
                "jobs.start",
            )
        )
        add_tool(
            Tool(
                "monitoring",
                "对比两期成果",
                "同一地区两年的面积、水土保持率和模数并列",
                "monitoring:compare",
                "products.view",
            )
        )
