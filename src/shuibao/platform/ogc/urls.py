"""Addresses under /ogc/."""

from django.urls import path
from django.views.generic import RedirectView

from shuibao.platform.ogc import views

app_name = "ogc"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("api", views.api, name="api"),
    path("docs", RedirectView.as_view(pattern_name="api:openapi-view"), name="docs"),
    path("conformance", views.conformance, name="conformance"),
    path("collections", views.collections, name="collections"),
    path("collections/<slug:name>", views.collection, name="collection"),
    path("collections/<slug:name>/items", views.items, name="items"),
    path("collections/<slug:name>/items/<str:key>", views.item, name="item"),
    path("<path:rest>", views.nothing_here, name="nothing"),
]
