"""Addresses of the home page and the shell."""

from django.urls import path

from shuibao.platform.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("section/<slug:name>/", views.section, name="section"),
    path("search/", views.search_page, name="search"),
    path("region/", views.region, name="region"),
    path("year/", views.year, name="year"),
    path("language/", views.language, name="set_language"),
    path("style/", views.style, name="style"),
]
