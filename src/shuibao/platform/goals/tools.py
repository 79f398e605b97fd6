"""The pages of 考核与任务 that are no registers."""

from django.utils.translation import gettext_lazy as _

from shuibao.platform.home.sections import Tool, add_tool

add_tool(
    Tool(
        "goals",
        _("水土保持率目标"),
        _("各县的水土保持率、目标、上限和需要的进度；目标分配"),
        "goals:targets",
        "goals.view",
    )
)
add_tool(Tool("goals", _("本单位的任务"), _("我牵头的、我配合的、到期的"), "goals:unit", "goals.view"))
add_tool(Tool("goals", _("方案条文"), _("两个方案的每一条和它的任务"), "goals:plans", "goals.view"))
add_tool(
    Tool(
        "goals", _("季度进展报告"), _("按季度生成的进展报告（docx、xlsx）"), "goals:quarterly", "goals.export"
    )
)
