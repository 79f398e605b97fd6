"""示例数据: a made-up Yuncheng of two years, to try annual monitoring with. Only its borders are real."""

from shuibao.workflows.demo.write import write_demo

__all__ = ["write_demo"]
