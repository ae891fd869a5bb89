"""The demo: an account that could be real, alike for the same seed."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count

from messaging import work
from messaging.models import (
    Activity,
    ConfigurationSet,
    Handset,
    InboundMessage,
    LogRecord,
    Message,
    MessageEvent,
    NumberType,
    OptedOutNumber,
    PhoneNumber,
    Pool,
)
from registrations.models import Registration, RegistrationAssociation, VersionStep
from registrations.operations.decisions import denied_fields
from registrations.reasons import reasons_for
from tests.registrations.forms import BRAND, CAMPAIGN, SINGAPORE, TOLL_FREE

pytestmark = pytest.mark.django_db(transaction=True)


def seed(**options: Any) -> str:
    out = io.StringIO()
    call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


def test_fills_an_account_and_leaves_a_filled_one_alone(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    said = seed(messages=1500)
    assert "Sign in as" in said
    assert "Filled with 1,500 messages" in said
    demo = Message.objects.exclude(actor="keyword")
    assert demo.count() == 1500
    assert {row.number_type for row in PhoneNumber.objects.all()} == set(NumberType.values)
    assert Pool.objects.count() == 2
    assert ConfigurationSet.objects.count() == 3
    assert InboundMessage.objects.count() == 15
    assert OptedOutNumber.objects.filter(end_user_opted_out=True).exists()
    assert Activity.objects.exclude(refused="").exists()
    assert 0.88 < demo.filter(status="DELIVERED").count() / 1500 < 0.97
    assert demo.values("status").distinct().count() >= 7
    days = {at.date() for at in demo.values_list("created_timestamp", flat=True)}
    assert len(days) in (30, 31)
    assert Handset.objects.count() >= demo.values("destination_phone_number").distinct().count()

    finals = MessageEvent.objects.filter(is_final=True).values("message").annotate(count=Count("pk"))
    assert set(finals.values_list("count", flat=True)) == {1}
    assert finals.count() == Message.objects.filter(is_final=True).count()
    for message in demo.prefetch_related("events")[:200]:
        events = list(message.events.all())
        assert [event.sequence for event in events] == list(range(len(events)))
        assert (events[-1].status, events[-1].is_final) == (message.status, message.is_final)
        assert message.step == len(events) - 1
        assert [event.occurred_at for event in events] == sorted(event.occurred_at for event in events)

    rows = {row.registration_type: row for row in Registration.objects.all()}
    assert {name: row.registration_status for name, row in rows.items()} == {
        BRAND: "COMPLETE",
        CAMPAIGN: "REQUIRES_UPDATES",
        TOLL_FREE: "CREATED",
        SINGAPORE: "SUBMITTED",
    }
    (returned,) = denied_fields(rows[CAMPAIGN].current_version).values()
    assert returned.field_path == "campaignInfo.optInWorkflow"
    assert returned.reason in {reason.id for reason in reasons_for(CAMPAIGN)}
    assert 0 < rows[TOLL_FREE].current_version.values.count() < len(rows[TOLL_FREE].definition.fields)
    assert not VersionStep.objects.filter(at__gt=demo.latest("created_timestamp").created_timestamp).exists()

    work.run_until_idle()
    assert LogRecord.objects.exists()
    assert list(tmp_path.glob("streams/*/us-east-1/sms-events/*/*/*/*/events.ndjson"))

    assert "already has messages" in seed(messages=10)
    assert Message.objects.exclude(actor="keyword").count() == 1500


def test_what_is_still_on_its_way_can_be_carried_on(clock: Any, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    seed(messages=1500)
    assert Message.objects.filter(is_final=False).exists()
    clock.advance(hours=73)
    work.run_until_idle()
    assert not Message.objects.filter(is_final=False).exists()


def test_the_same_seed_makes_the_same_traffic(clock: Any, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path

    def traffic() -> list[tuple[Any, ...]]:
        rows = Message.objects.exclude(actor="keyword").order_by("message_id")
        return list(rows.values_list("created_timestamp", "destination_phone_number", "message_body", "status"))

    seed(messages=300, seed=5)
    first = traffic()
    from django.contrib.auth import get_user_model

    from messaging.models import Account

    Message.objects.all().delete()
    RegistrationAssociation.objects.all().delete()
    PhoneNumber.objects.update(pool=None)
    for model in (PhoneNumber, Pool, Account):
        model.objects.all().delete()
    get_user_model().objects.all().delete()
    seed(messages=300, seed=5)
    assert traffic() == first
