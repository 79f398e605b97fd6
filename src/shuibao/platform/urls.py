"""Every address of the platform."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("shuibao.platform.home.urls")),
    path("account/", include("shuibao.platform.accounts.signin_urls")),
    path("account/", include("shuibao.platform.accounts.urls")),
    path("account/tokens/", include("shuibao.platform.api.token_urls")),
    path("api/", include("shuibao.platform.api.urls")),
    path("ogc/", include("shuibao.platform.ogc.urls")),
    path("jobs/", include("shuibao.platform.jobs.urls")),
    path("todo/", include("shuibao.platform.todo.urls")),
    path("notices/", include("shuibao.platform.notices.urls")),
    path("registers/", include("shuibao.platform.registers.urls")),
    path("rules/", include("shuibao.platform.rulebook.urls")),
    path("goals/", include("shuibao.platform.goals.urls")),
    path("monitoring/", include("shuibao.platform.monitoring.urls")),
    path("map/", include("shuibao.platform.onemap.urls")),
    path("admin/", admin.site.urls),
    path("files/", include("shuibao.platform.core.attachments.urls")),
]

handler400 = "shuibao.platform.home.problems.bad_request"
handler403 = "shuibao.platform.home.problems.denied"
handler404 = "shuibao.platform.home.problems.not_found"
handler500 = "shuibao.platform.home.problems.broken"
