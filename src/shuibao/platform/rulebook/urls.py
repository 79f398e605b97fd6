"""Addresses of the rules' steps; the register has its own."""

from django.urls import path

from shuibao.platform.rulebook import views

app_name = "rulebook"
urlpatterns = [
    path("<int:pk>/verify/", views.verify, name="verify"),
    path("<int:pk>/replace/", views.replace, name="replace"),
]
