"""The addresses of notices."""

from django.urls import path

from shuibao.platform.notices import views

app_name = "notices"

urlpatterns = [
    path("", views.notice_list, name="list"),
    path("read/", views.read_all, name="read_all"),
    path("<int:message_id>/", views.open_notice, name="open"),
]
