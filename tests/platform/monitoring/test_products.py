"""From a finished run to a published product and its patches: who may do it, who sees what."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from made import carry_out

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.errors import MoveNotAllowed, NotAllowed
from shuibao.platform.core.events import timeline
from shuibao.platform.core.models import Region
from shuibao.platform.monitoring.models import ErosionPatch, Product, Secrecy
from shuibao.platform.monitoring.services import publish_product

pytestmark = pytest.mark.slow

Made = Callable[..., Product]


def test_a_finished_run_becomes_a_draft_with_the_runs_own_numbers(draft: Made, runs: dict[int, Any]) -> None:
    product = draft(2024)
    assert (product.state, product.year, product.version, product.is_demo) == ("draft", 2024, 1, True)
    assert product.run_id == runs[2024]["run_id"]
    assert product.erosion_area_km2 == sum(
        zone["erosion_area_km2"] for zone in product.summary["zones"]
    ) or product.erosion_area_km2 == pytest.approx(
        sum(zone["erosion_area_km2"] for zone in product.summary["zones"]), rel=1e-12
    )


def test_publishing_makes_tiles_and_every_patch_and_is_kept_in_the_log(published: Made) -> None:
    product = published(2025)
    assert product.state == Product.State.PUBLISHED
    assert {file.name for file in product.tiles.iterdir()} == {"intensity.tif", "soil_loss.tif"}
    assert product.patches.count() == product.summary["patches"]["count"] > 100
    area_km2 = sum(product.patches.values_list("area_m2", flat=True)) / 1e6
    assert area_km2 == pytest.approx(product.summary["patches"]["area_km2"], rel=1e-9)
    assert [event.verb for event in timeline(product)][:2] == ["products.published", "monitoring.publish"]


def test_the_next_product_of_a_year_replaces_the_one_before(
    published: Made, runs: dict[int, Any], engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = published(2024)
    second = Product.objects.create(
        title="重算", region=first.region, year=2024, version=2, run_id="again", folder=first.folder,
        summary=first.summary, job=first.job,
    )  # fmt: skip
    carry_out(publish_product(second.pk, by=engineer, secrecy=Secrecy.INTERNAL))
    first.refresh_from_db()
    assert first.state == Product.State.REPLACED and first.replaced_at is not None
    now = ErosionPatch.objects.visible_to(engineer).filter(product__state="published")
    assert set(now.values_list("product", flat=True)) == {second.pk}


def test_who_may_not_publish_is_refused_and_a_published_product_is_not_published_again(
    published: Made, make_user: Callable[..., User], engineer: User
) -> None:
    product = published(2024)
    with pytest.raises(NotAllowed):
        publish_product(product.pk, by=make_user("super", Role.SUPERVISOR), secrecy=Secrecy.OPEN)
    with pytest.raises(MoveNotAllowed):
        publish_product(product.pk, by=engineer, secrecy=Secrecy.OPEN)


def test_a_product_whose_files_are_gone_stays_a_draft(draft: Made, engineer: User) -> None:
    product = draft(2024)
    Product.objects.filter(pk=product.pk).update(folder="products/140800/none")
    with pytest.raises(Exception, match=r"缺 intensity\.tif"):
        publish_product(product.pk, by=engineer, secrecy=Secrecy.OPEN)
    product.refresh_from_db()
    assert product.state == Product.State.DRAFT


def test_a_county_reads_its_citys_product_another_city_and_drafts_stay_hidden(
    draft: Made, published: Made, make_user: Callable[..., User], client: Client
) -> None:
    product = published(2024)
    county, elsewhere = (
        make_user("county", Role.LIAISON, "140822"),
        make_user("other", Role.LIAISON, "141002"),
    )
    hidden = draft(2025)
    for user, one, status in ((county, product, 200), (elsewhere, product, 404), (county, hidden, 404)):
        client.force_login(user)
        assert client.get(one.get_absolute_url()).status_code == status
    client.force_login(county)
    assert client.get(reverse("monitoring:publish", args=[product.pk])).status_code == 403
    assert not ErosionPatch.objects.visible_to(elsewhere).exists()


def test_a_restricted_product_is_seen_by_who_holds_the_right_alone(
    published: Made, make_user: Callable[..., User], engineer: User
) -> None:
    product = published(2024, Secrecy.RESTRICTED)
    supervisor = make_user("super", Role.SUPERVISOR)
    assert not Product.objects.visible_to(supervisor).exists()
    assert not ErosionPatch.objects.visible_to(supervisor).exists()
    assert Product.objects.visible_to(engineer).get() == product


def test_the_pages_show_tables_bars_and_a_comparison(
    published: Made, draft: Made, engineer: User, client: Client
) -> None:
    first, second = published(2024), draft(2025)
    client.force_login(engineer)
    page = client.get(second.get_absolute_url()).content.decode()
    assert "万荣县" in page and "m-bars" in page and "2024 年相比" in page
    assert "style=" not in page
    both = client.get(reverse("monitoring:compare"), {"a": first.pk, "b": second.pk}).content.decode()
    assert "百分点" in both and "万荣县" in both
    asked = client.get(reverse("monitoring:publish", args=[second.pk])).content.decode()
    assert "发布成果" in asked
    answer = client.post(reverse("monitoring:publish", args=[second.pk]), {"secrecy": "secret"})
    assert answer.status_code == 400


def test_a_run_is_started_from_the_form_with_a_file_of_ones_own_region(
    runs: dict[int, Any],
    engineer: User,
    make_user: Callable[..., User],
    client: Client,
    regions: dict[str, Region],
) -> None:
    client.force_login(engineer)
    address = reverse("monitoring:start")
    answer = client.post(address, {"run_file": "inputs/140800/2024.toml"})
    assert answer.status_code == 302 and "/jobs/" in answer["Location"]
    client.force_login(make_user("other", Role.ENGINEER, "141000"))
    assert client.post(address, {"run_file": "inputs/140800/2024.toml"}).status_code == 400
    client.force_login(make_user("reader", Role.LIAISON))
    assert client.get(address).status_code == 403
