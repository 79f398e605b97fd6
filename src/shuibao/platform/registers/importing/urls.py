"""Addresses of an import, below /registers/<name>/import/ and in the namespace of the registers."""

from django.urls import path

from shuibao.platform.registers.importing import views

urlpatterns = [
    path("", views.start, name="import"),
    path("<uuid:import_id>/", views.walk, name="import_walk"),
    path("<uuid:import_id>/answer/", views.answer, name="import_answer"),
    path("<uuid:import_id>/columns/", views.columns, name="import_columns"),
    path("<uuid:import_id>/write/", views.write, name="import_write"),
    path("<uuid:import_id>/give-up/", views.give_up, name="import_give_up"),
    path("<uuid:import_id>/errors.xlsx", views.faults, name="import_faults"),
]
