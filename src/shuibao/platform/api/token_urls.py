"""Addresses of one's own tokens, under /account/tokens/."""

from django.urls import path

from shuibao.platform.api import views

app_name = "tokens"
urlpatterns = [
    path("", views.tokens, name="list"),
    path("<int:token>/end/", views.end, name="end"),
]
