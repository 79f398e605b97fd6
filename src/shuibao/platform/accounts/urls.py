"""Addresses of one's own page and of administrators' pages, under /account/."""

from django.urls import path
from django.views.generic import RedirectView

from shuibao.platform.accounts.views import people
from shuibao.platform.accounts.views.profile import profile

app_name = "accounts"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="accounts:profile"), name="home"),
    path("profile/", profile, name="profile"),
    path("people/new/", people.new_person, name="new_person"),
    path("people/<int:pk>/grants/", people.person, name="person"),
    path("people/<int:pk>/grants/<int:grant>/end/", people.end_grant, name="end_grant"),
    path("people/<int:pk>/posts/", people.add_post, name="add_post"),
    path("people/<int:pk>/posts/<int:post>/end/", people.end_post, name="end_post"),
    path("people/<int:pk>/organisation/", people.change_organisation, name="change_organisation"),
    path("people/<int:pk>/details/", people.change_details, name="change_details"),
    path("people/<int:pk>/invitation/", people.invite, name="invite"),
    path("people/<int:pk>/second-factor/", people.reset_second_factor, name="reset_second_factor"),
    path("people/<int:pk>/end/", people.end_person, name="end_person"),
]
