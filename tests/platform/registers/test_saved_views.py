"""Views that a person keeps of a register."""

from collections.abc import Callable

from django.test import Client

from shuibao.platform.accounts.roles import Role
from shuibao.platform.registers.models import SavedView

LIST = "/registers/regions/"
KEEP = "/registers/regions/views/"


def test_a_kept_view_stands_among_the_others_until_it_is_dropped(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.SUPERVISOR)
    answer = client.post(KEEP, {"view": "运城的县", "query": "level=county&code=140800"})
    assert answer["Location"] == f"{LIST}?code=140800&level=county"
    view = SavedView.objects.get()
    assert f'href="?{view.query.replace("&", "&amp;")}"' in client.get(LIST).content.decode()

    client.post(f"{KEEP}{view.pk}/drop/")
    view.refresh_from_db()
    assert view.ended_at is not None
    assert "运城的县" not in client.get(LIST).content.decode()


def test_the_same_name_again_takes_the_place_of_the_view(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.SUPERVISOR)
    client.post(KEEP, {"view": "我的", "query": "level=city"})
    client.post(KEEP, {"view": "我的", "query": "level=zone"})
    assert SavedView.objects.get().query == "level=zone"


def test_a_view_without_a_name_is_refused_with_its_reason(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.SUPERVISOR)
    answer = client.post(KEEP, {"view": " ", "query": "level=city"}, follow=True)
    assert "请给视图起个名字" in answer.content.decode()
    assert not SavedView.objects.exists()


def test_nobody_sees_or_drops_the_view_of_another(as_role: Callable[..., Client]) -> None:
    owner, other = as_role(Role.SUPERVISOR), as_role(Role.SUPERVISOR, name="other")
    owner.post(KEEP, {"view": "只有我看", "query": "level=city"})
    view = SavedView.objects.get()
    assert "只有我看" not in other.get(LIST).content.decode()
    assert other.post(f"{KEEP}{view.pk}/drop/").status_code == 404
    view.refresh_from_db()
    assert view.ended_at is None


def test_visitors_keep_no_views_and_a_view_of_a_hidden_register_is_not_kept(
    client: Client, as_role: Callable[..., Client]
) -> None:
    assert client.post(KEEP, {"view": "甲", "query": ""}).status_code == 302
    liaison = as_role(Role.LIAISON)
    assert liaison.post("/registers/people/views/", {"view": "甲", "query": ""}).status_code == 404
    assert not SavedView.objects.exists()
