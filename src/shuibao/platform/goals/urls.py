"""Addresses of plans, reports and targets; the register of tasks has its own."""

from django.urls import path

from shuibao.platform.goals.views import plans, quarterly, reports, targets, tasks, units

app_name = "goals"
urlpatterns = [
    path("plans/", plans.plans, name="plans"),
    path("plans/<slug:code>/", plans.plan, name="plan"),
    path("clauses/<str:code>/note/", plans.note, name="clause"),
    path("quantities/<slug:code>/count/", plans.count, name="count"),
    path("unit/", units.unit, name="unit"),
    path("tasks/<str:code>/file/", reports.file, name="file"),
    path("tasks/<str:code>/term/", tasks.term, name="term"),
    path("tasks/<str:code>/milestone/", tasks.milestone, name="milestone"),
    path("tasks/<str:code>/note/", tasks.note, name="note"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/verify/", reports.verify, name="verify"),
    path("reports/<int:pk>/sign/", reports.sign, name="sign"),
    path("reports/<int:pk>/return/", reports.send_back, name="return"),
    path("targets/", targets.targets, name="targets"),
    path("targets/allocate/", targets.allocate, name="allocate"),
    path("allocations/<int:pk>/", targets.allocation, name="allocation"),
    path("allocations/<int:pk>/issue/", targets.issue, name="issue"),
    path("quarterly/", quarterly.quarterly, name="quarterly"),
    path("quarterly/<int:year>-<int:quarter>.<str:form>", quarterly.file, name="quarterly_file"),
]
