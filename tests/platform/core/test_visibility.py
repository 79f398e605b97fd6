from collections.abc import Callable

import pytest

from shuibao.platform.accounts.models import Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.core.visibility import NOBODY, Held, Reader, reader_of, region_stem, require


def test_a_right_to_a_city_is_a_right_to_every_code_inside() -> None:
    reader = Reader(1, None, (Held(("dams.view",), region_stem("140800")),))
    assert reader.may("dams.view", "140802")
    assert reader.may("dams.view", "140802001")
    assert reader.may("dams.view", "1408K1")
    assert not reader.may("dams.view", "141002")
    assert not reader.may("dams.edit", "140802")


@pytest.mark.parametrize(
    ("code", "stem"),
    [
        ("140000", "14"),
        ("140800", "1408"),
        ("140802", "140802"),
        ("140105001", "140105001"),
        ("1408K1", "1408K1"),
    ],
)
def test_the_stem_of_a_region_is_its_code_without_the_empty_pairs(code: str, stem: str) -> None:
    assert region_stem(code) == stem


def test_people_see_the_people_of_their_region_and_themselves(make_user: Callable[..., User]) -> None:
    chief = make_user("chief", Role.SUPERVISOR, "140800")
    county = make_user("county", Role.SUPERVISOR, "140802")
    other = make_user("other", Role.SUPERVISOR, "141002")
    builder = make_user("builder", Role.BUILDER, "140802")

    def seen(user: object) -> set[str]:
        return set(User.objects.visible_to(user).values_list("username", flat=True))

    assert seen(chief) == {"chief", "county", "builder"}
    assert seen(county) == {"county", "builder"}
    assert seen(other) == {"other"}
    assert seen(builder) == {"builder"}
    assert seen(object()) == set()


def test_an_account_that_has_ended_sees_nothing(
    make_user: Callable[..., User], water_bureau: Organisation
) -> None:
    user = make_user("gone", Role.SUPERVISOR, is_active=False)
    assert reader_of(user) == Reader()
    assert not Organisation.objects.visible_to(user).exists()


def test_a_visitor_is_nobody() -> None:
    assert reader_of(None) is NOBODY


def test_an_act_without_the_right_is_refused_by_name(
    make_user: Callable[..., User], water_bureau: Organisation
) -> None:
    with pytest.raises(NotAllowed, match=r"运城市水务局.*organisations\.edit"):
        require(make_user("reader", Role.SUPERVISOR), "organisations.edit", water_bureau)
