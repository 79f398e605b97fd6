from collections.abc import Callable

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from pytest_django import Settings

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.phones import masked
from shuibao.platform.accounts.roles import Role
from shuibao.platform.accounts.sealed import Unreadable, seal, unseal

NUMBER = "13812345678"


def stored_numbers() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user UNION ALL SELECT phone FROM accounts_historicaluser")
        return [row[0] for row in cursor.fetchall()]


def test_a_number_is_sealed_in_the_table_and_in_its_history(make_user: Callable[..., User]) -> None:
    person = make_user("officer", phone=NUMBER)
    stored = stored_numbers()
    assert len(stored) == 2
    assert all(cell.startswith("aesgcm1:") for cell in stored)
    assert NUMBER not in str(stored)
    assert User.objects.get(pk=person.pk).phone == NUMBER


def test_no_two_sealings_are_alike() -> None:
    assert seal(NUMBER) != seal(NUMBER)
    assert unseal(seal(NUMBER)) == NUMBER
    assert seal("") == unseal("") == ""


def test_a_changed_seal_is_refused() -> None:
    sealed = seal(NUMBER)
    with pytest.raises(Unreadable, match="SHUIBAO_FIELD_KEY"):
        unseal(sealed[:-4] + "AAAA")
    with pytest.raises(Unreadable):
        unseal(NUMBER)


def test_a_new_key_reads_what_older_keys_sealed(settings: Settings) -> None:
    derived = seal(NUMBER)
    settings.FIELD_KEYS = ["old-key"]
    by_old_key = seal(NUMBER)
    settings.FIELD_KEYS = ["new-key", "old-key"]
    assert unseal(by_old_key) == unseal(derived) == NUMBER
    settings.FIELD_KEYS = ["new-key"]
    with pytest.raises(Unreadable):
        unseal(by_old_key)


def test_numbers_cannot_be_searched(db: None) -> None:
    with pytest.raises(FieldError):
        User.objects.filter(phone=NUMBER).exists()


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13800000000", "138****0000"), ("0359-2000123", "035****0123"), ("2000123", "****23"), ("", "")],
)
def test_a_masked_number_hides_its_middle(number: str, shown: str) -> None:
    assert masked(number) == shown


def test_only_who_manages_a_person_and_the_person_see_the_whole_number(
    make_user: Callable[..., User], city_admin: User, county_admin: User
) -> None:
    person = make_user("officer", Role.SUPERVISOR, "140822", phone=NUMBER)
    colleague = make_user("colleague", Role.SUPERVISOR, "140800")

    def shown_to(reader: User) -> list[str]:
        return [row.phone_shown for row in User.objects.visible_to(reader).filter(pk=person.pk)]

    assert shown_to(city_admin) == [NUMBER]
    assert shown_to(person) == [NUMBER]
    assert shown_to(colleague) == ["138****5678"]
    assert shown_to(county_admin) == []
    assert User.objects.get(pk=person.pk).phone_shown == "138****5678"
