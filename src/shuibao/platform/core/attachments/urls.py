"""The addresses of files."""

from django.urls import path

from shuibao.platform.core.attachments import views

app_name = "attachments"

urlpatterns = [
    path("", views.add, name="add"),
    path("<uuid:key>/", views.file, name="file"),
    path("<uuid:key>/preview/", views.small, name="preview"),
    path("<uuid:key>/end/", views.end, name="end"),
]
