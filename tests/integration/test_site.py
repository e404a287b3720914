"""The site: roles of the connections."""

import pytest
from django.db import ProgrammingError, connections


@pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
@pytest.mark.parametrize(
    ("alias", "role"), [("default", "yimatong_app"), ("judge", "yimatong_judge"), ("owner", "yimatong")]
)
def test_each_alias_works_under_its_own_role(alias, role):
    with connections[alias].cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone() == (role,)


@pytest.mark.django_db
def test_the_pages_role_stays_inside_the_transaction_of_a_test():
    with connections["default"].cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone() == ("yimatong_app",)
        with pytest.raises(ProgrammingError):
            cursor.execute("create table painted (person int)")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_what_migrations_recorded_is_there_again_after_a_test_that_commits(time, django_user_model):
    assert django_user_model.objects.filter(username="system").exists()
