"""Addresses of the one map."""

from django.urls import path

from shuibao.platform.onemap import views

app_name = "onemap"
urlpatterns = [
    path("", views.page, name="map"),
    path("boundaries.json", views.base, name="boundaries"),
    path("place/", views.place, name="place"),
    path("statistics/<int:product>/region/<slug:code>/", views.region_statistics, name="of_region"),
    path("statistics/<int:product>/polygon/", views.polygon_statistics, name="of_polygon"),
    path(
        "raster/<int:product>/<str:version>/<slug:layer>/<int:z>/<int:x>/<int:y>.png",
        views.raster,
        name="raster",
    ),
    path("tianditu/<slug:layer>/<int:z>/<int:x>/<int:y>.jpg", views.imagery, name="imagery"),
]
