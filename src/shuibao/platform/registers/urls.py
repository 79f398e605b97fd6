"""Addresses of every register."""

from django.urls import include, path

from shuibao.platform.registers.views import changing, copying, listing, showing

app_name = "registers"
urlpatterns = [
    path("<slug:name>/", listing.listing, name="list"),
    path("<slug:name>/features.json", listing.map_features, name="features"),
    path("<slug:name>/export/<slug:form>/", copying.take_copy, name="export"),
    path("<slug:name>/views/", changing.keep, name="keep_view"),
    path("<slug:name>/views/<int:view>/drop/", changing.drop, name="drop_view"),
    path("<slug:name>/new/", changing.new, name="new"),
    path("<slug:name>/import/", include("shuibao.platform.registers.importing.urls")),
    path("<slug:name>/<str:key>/", showing.detail, name="detail"),
    path("<slug:name>/<str:key>/card/", showing.card, name="card"),
    path("<slug:name>/<str:key>/history/", showing.history, name="history"),
    path("<slug:name>/<str:key>/edit/", changing.edit, name="edit"),
    path("<slug:name>/<str:key>/end/", changing.end_record, name="end"),
]
