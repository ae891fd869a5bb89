"""Overview: state, figures, what needs doing, first steps from what is really there."""

from typing import Any

import pytest

from console.models import Preferences
from messaging.models import Alarm, RegionalAccount, Spend, Tier
from messaging.operations.alarms import create_alarm
from messaging.operations.checks.money import this_month
from registrations.models import Registration, SupportCase
from registrations.operations.registrations import create_registration
from tests.client import ConsoleClient
from tests.factories import FAILURE, SUCCESS, deliver_all, make_simulator_number, make_verified_number, send


def body(response: Any) -> str:
    return response.content.decode()


def test_strangers_sign_in_and_other_accounts_are_not_there(stranger: ConsoleClient, client_in: ConsoleClient) -> None:
    assert stranger.get(stranger.path()).status_code == 302
    assert client_in.get("/999999999999/us-east-1/").status_code == 404
    assert client_in.post(client_in.path()).status_code == 405


def test_a_new_account_sees_first_steps(client_in: ConsoleClient) -> None:
    html = body(client_in.get(client_in.path()))
    assert "First steps" in html and "0 of 7 done" in html
    assert "Nothing was sent in the last 24 hours" in html


def test_first_steps_follow_what_is_there(client_in: ConsoleClient, caller: Any) -> None:
    make_simulator_number(caller)
    assert "1 of 7 done" in body(client_in.get(client_in.path()))
    send(caller)
    assert "3 of 7 done" in body(client_in.get(client_in.path()))


def test_viewers_see_no_steps_that_they_may_not_take(signed_in: Any) -> None:
    client = signed_in("VIEWER")
    html = body(client.get(client.path()))
    assert "Create an access key" not in html and "Send a test message" not in html


def test_first_steps_can_be_hidden_and_brought_back(client_in: ConsoleClient) -> None:
    away = client_in.post(
        client_in.path("settings/preferences/"), {"onboarding_dismissed": "on", "next": client_in.path()}
    )
    assert away.status_code == 303
    assert Preferences.objects.get(user=client_in.user).onboarding_dismissed
    html = body(client_in.get(client_in.path()))
    assert 'id="first-steps"' not in html and "Show the first steps again" in html


def test_figures_of_the_last_day(client_in: ConsoleClient, caller: Any, clock: Any) -> None:
    number = make_simulator_number(caller).phone_number_id
    send(caller, SUCCESS, origination_identity=number)
    clock.advance(hours=25)
    for destination in (SUCCESS, SUCCESS, FAILURE):
        send(caller, destination, origination_identity=number)
    deliver_all(clock)
    send(caller, SUCCESS, origination_identity=number)
    html = body(client_in.get(client_in.path()))
    assert "Delivered 2" in html and "Failed 1" in html and "Under way 1" in html


def test_what_needs_attention(client_in: ConsoleClient, owner: Any, clock: Any) -> None:
    Spend.objects.create(owner=owner, month=this_month(), channel="TEXT", amount=owner.text_spend_limit * 9 // 10)
    html = body(client_in.get(client_in.path()))
    assert "Needs attention" in html and "SMS has used 90 % of its monthly spend limit." in html


def test_what_waits_for_somebody_here(client_in: ConsoleClient, caller: Any, owner: Any) -> None:
    assert "Needs attention" not in body(client_in.get(client_in.path()))
    create_alarm(
        caller, alarm_name="Dear", metric=Alarm.Metric.TEXT_SPEND, comparison=Alarm.Comparison.GREATER, threshold=1
    )
    Alarm.objects.update(state=Alarm.State.ALARM)
    row = create_registration(caller, registration_type="US_TOLL_FREE_REGISTRATION")
    Registration.objects.filter(pk=row.pk).update(registration_status="REQUIRES_UPDATES")
    SupportCase.objects.create(owner=owner, case_id="case-1", flow="quota_increase", status="PENDING_CUSTOMER_ACTION")
    html = body(client_in.get(client_in.path()))
    for words, path in (
        ("1 alarm is past its threshold.", "spending/alarms/?f=state:=:ALARM"),
        ("1 registration came back", "registrations/?f=registration-status:=:REQUIRES_UPDATES"),
        ("1 support case waits", "support-cases/?f=status:=:PENDING_CUSTOMER_ACTION"),
    ):
        assert words in html and client_in.path(path) in html
        assert "was not understood" not in body(client_in.get(client_in.path(path)))


def test_first_steps_of_the_sandbox_begin_with_a_destination(signed_in: Any, owner: Any, caller: Any) -> None:
    client = signed_in()
    assert "Verify a destination number" not in body(client.get(client.path()))
    RegionalAccount.objects.filter(pk=owner.pk).update(tier=Tier.SANDBOX)
    assert "0 of 8 done" in body(client.get(client.path()))
    make_verified_number(caller)
    assert "1 of 8 done" in body(client.get(client.path()))


def test_sandbox_is_explained(signed_in: Any, owner: Any) -> None:
    client = signed_in()
    RegionalAccount.objects.filter(pk=owner.pk).update(tier=Tier.SANDBOX)
    assert "This account is in the sandbox." in body(client.get(client.path()))


@pytest.mark.parametrize("role", ["VIEWER", "ADMINISTRATOR"])
def test_query_budget(signed_in: Any, role: str, caller: Any, django_assert_max_num_queries: Any) -> None:
    send(caller)
    client = signed_in(role)
    client.get(client.path())
    with django_assert_max_num_queries(12):
        client.get(client.path())
