"""Addresses of monitoring; products and patches are registers."""

from django.urls import path

from shuibao.platform.monitoring import views

app_name = "monitoring"
urlpatterns = [
    path("start/", views.start, name="start"),
    path("compare/", views.compare, name="compare"),
    path("<int:pk>/publish/", views.publish, name="publish"),
]
