"""Making another account from the switcher."""

import pytest

from console.models import Membership
from messaging.models import Account
from tests.factories import ACCOUNT

pytestmark = pytest.mark.django_db


def test_new_account_is_administered_by_who_made_it(client_in):
    answer = client_in.post(client_in.path("accounts/create/"), {"name": "Second shop"})
    made = Account.objects.get(name="Second shop")
    assert answer.status_code == 303
    assert answer["Location"] == f"/{made.account_id}/us-east-1/"
    assert Membership.objects.get(account=made).role == "ADMINISTRATOR"
    assert client_in.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x", "account_id": "12"}, "account_id"),
        ({"name": "x", "account_id": ACCOUNT}, "account_id"),
    ],
)
def test_wrong_input_is_kept_and_explained(client_in, typed, field):
    answer = client_in.post(client_in.path("accounts/create/"), typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert typed["name"] in answer.content.decode()
    assert Account.objects.count() == 1


def test_only_administrators_make_accounts(signed_in, stranger):
    client = signed_in("OPERATOR")
    assert client.get(client.path("accounts/create/")).status_code == 403
    assert client.post(client.path("accounts/create/"), {"name": "x"}).status_code == 403
    assert stranger.get(stranger.path("accounts/create/")).status_code == 302
    assert Account.objects.count() == 1
