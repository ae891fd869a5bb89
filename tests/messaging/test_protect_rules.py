"""Country rules, number overrides, which one decides, and what a send makes of it. Rules: protect.*"""

from datetime import timedelta

import pytest

from messaging.errors import Conflict, Invalid, NotFound
from messaging.models import Channel, CountryRule, Message, MessageEvent, NumberOverride
from messaging.operations import protect_configurations as protect
from messaging.operations import protect_rules as rules
from messaging.operations import snapshot
from messaging.operations.checks.protect import check_protect
from messaging.operations.checks.send import Send
from messaging.operations.events import event_record
from messaging.operations.opt_out_lists import put_opted_out_number
from messaging.operations.protect_decision import Source
from messaging.operations.sending import check_text_message
from tests import factories
from tests.factories import make_configuration_set, make_protect_configuration

pytestmark = pytest.mark.django_db
NUMBER = factories.SUCCESS  # in the United States
BY_COUNTRY = "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"
BY_NUMBER = "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"


@pytest.fixture
def sender(caller):
    return factories.make_simulator_number(caller).phone_number_id


def set_rules(caller, row, channel="SMS", **statuses):
    return rules.update_protect_configuration_country_rule_set(
        caller,
        protect_configuration_id=row.protect_configuration_id,
        number_capability=channel,
        country_rule_set_updates={country: {"protect_status": status} for country, status in statuses.items()},
    )


def override(caller, row, number=NUMBER, action="ALLOW", until=None):
    return rules.put_protect_configuration_rule_set_number_override(
        caller,
        protect_configuration_id=row.protect_configuration_id,
        destination_phone_number=number,
        action=action,
        expiration_timestamp=until,
    )


def by_default(caller, row):
    protect.set_account_default_protect_configuration(caller, protect_configuration_id=row.protect_configuration_id)


def refused(caller, sender, **changes):
    with pytest.raises(Conflict) as caught:
        factories.send(caller, NUMBER, origination_identity=sender, **changes)
    return caught.value


def test_protect_statuses_are_set_by_channel(caller):
    """protect.statuses"""
    row = make_protect_configuration(caller)
    answer = set_rules(caller, row, "SMS", US="BLOCK", FR="MONITOR", DE="FILTER", GB="ALLOW")
    assert {answer.statuses[code] for code in ("US", "FR", "DE", "GB")} == {"BLOCK", "MONITOR", "FILTER", "ALLOW"}
    assert answer.country_rule_set["US"] == {"protect_status": "BLOCK"}
    assert answer.statuses["JP"] == "ALLOW"
    set_rules(caller, row, "VOICE", US="MONITOR")
    set_rules(caller, row, "SMS", US="ALLOW", FR="FILTER")
    stored = CountryRule.objects.values_list("number_capability", "iso_country_code", "protect_status")
    assert set(stored) == {("SMS", "FR", "FILTER"), ("SMS", "DE", "FILTER"), ("VOICE", "US", "MONITOR")}


def test_protect_update_limit(caller):
    """protect.update_limit"""
    row = make_protect_configuration(caller)
    with pytest.raises(Invalid):
        set_rules(caller, row)
    with pytest.raises(Invalid) as over:
        set_rules(caller, row, **{f"{number:03}": "ALLOW" for number in range(301)})
    assert "country_rule_set_updates" in over.value.fields
    assert "300" in str(over.value)


@pytest.mark.parametrize(
    ("channel", "country", "status", "field"),
    [
        ("RCS", "US", "BLOCK", "number_capability"),
        ("SMS", "XX", "BLOCK", "country_rule_set_updates"),
        ("SMS", "CU", "BLOCK", "country_rule_set_updates"),
        ("SMS", "US", "DENY", "country_rule_set_updates"),
    ],
)
def test_rules_that_cannot_be_are_refused(caller, channel, country, status, field):
    row = make_protect_configuration(caller)
    with pytest.raises(Invalid) as caught:
        set_rules(caller, row, channel, JP="BLOCK", **{country: status})
    assert field in caught.value.fields
    assert not CountryRule.objects.exists()


def test_protect_blocked_country_is_refused_and_leaves_no_message(caller, sender):
    """protect.blocked"""
    row = make_protect_configuration(caller)
    set_rules(caller, row, US="BLOCK")
    by_default(caller, row)
    refusal = refused(caller, sender)
    assert refusal.reason == BY_COUNTRY
    assert refusal.resource.id == row.protect_configuration_id
    assert not Message.objects.exists()
    assert not MessageEvent.objects.exists()


@pytest.mark.parametrize("status", ["ALLOW", "MONITOR", "FILTER"])
def test_what_is_not_blocked_goes_and_says_which_rule_it_was(caller, sender, status):
    row = make_protect_configuration(caller)
    set_rules(caller, row, US=status)
    by_default(caller, row)
    message = factories.send(caller, NUMBER, origination_identity=sender).message
    stored = Message.objects.get()
    assert (stored.protect_configuration_id, stored.protect_status) == (row.protect_configuration_id, status)
    assert event_record(message, MessageEvent.objects.get())["protectConfiguration"] == {
        "protectConfigurationId": row.protect_configuration_id,
        "protectStatus": status,
    }


def test_without_a_configuration_nothing_is_said(caller, sender):
    message = factories.send(caller, NUMBER, origination_identity=sender).message
    assert (message.protect_configuration_id, message.protect_status) == ("", "")
    assert "protectConfiguration" not in event_record(message, MessageEvent.objects.get())


def test_protect_order_request_then_set_then_default_then_none(caller, sender):
    """protect.order"""
    asked, of_set, default = (make_protect_configuration(caller, name) for name in ("asked", "set", "default"))
    sets = make_configuration_set(caller, "otp")
    plain = make_configuration_set(caller, "plain")

    def source(**given):
        send = Send(caller, NUMBER, "Hi", **{"destination": NUMBER, "country": "US", **given})
        check_protect(send)
        return send.protect.source, send.protect.protect_configuration_id

    assert source() == (Source.NONE, "")
    by_default(caller, default)
    assert source() == (Source.ACCOUNT_DEFAULT, default.name)
    assert source(configuration_set=plain) == (Source.ACCOUNT_DEFAULT, default.name)
    protect.associate_protect_configuration(caller, protect_configuration_id=of_set.name, configuration_set_name="otp")
    sets.refresh_from_db()
    assert source(configuration_set=sets) == (Source.CONFIGURATION_SET, of_set.name)
    named = source(configuration_set=sets, protect_configuration_id=asked.arn)
    assert named == (Source.REQUEST, asked.name)
    # Rules of one configuration never mix with another's: a block further down does not count.
    set_rules(caller, default, US="BLOCK")
    set_rules(caller, of_set, US="BLOCK")
    given = {"configuration_set_name": "otp", "protect_configuration_id": asked.name}
    assert factories.send(caller, NUMBER, origination_identity=sender, **given).message
    assert refused(caller, sender, configuration_set_name="otp").resource.id == of_set.name
    assert refused(caller, sender).resource.id == default.name


def test_a_configuration_that_is_not_there_is_refused(caller, sender):
    with pytest.raises(NotFound) as caught:
        factories.send(caller, NUMBER, origination_identity=sender, protect_configuration_id="protect-nowhere")
    assert caught.value.resource.type == "protect-configuration"


def test_protect_account_default_reaches_sends_that_name_nothing(caller, sender):
    """protect.account_default_reach: what comes in without a configuration set and without a request parameter."""
    row = make_protect_configuration(caller)
    set_rules(caller, row, US="BLOCK")
    assert factories.send(caller, NUMBER, origination_identity=sender).message
    by_default(caller, row)
    assert refused(caller, sender).reason == BY_COUNTRY


@pytest.mark.parametrize(("rule", "action", "goes"), [("BLOCK", "ALLOW", True), ("ALLOW", "BLOCK", False)])
def test_an_override_comes_before_the_country(caller, sender, rule, action, goes):
    row = make_protect_configuration(caller)
    set_rules(caller, row, US=rule)
    by_default(caller, row)
    override(caller, row, action=action)
    if goes:
        message = factories.send(caller, NUMBER, origination_identity=sender).message
        assert message.protect_status == "ALLOW"
    else:
        assert refused(caller, sender).reason == BY_NUMBER


def test_an_override_ends_by_the_clock_without_any_change_of_settings(caller, sender, clock):
    row = make_protect_configuration(caller)
    set_rules(caller, row, US="BLOCK")
    by_default(caller, row)
    override(caller, row, until=clock.now() + timedelta(hours=1))
    assert factories.send(caller, NUMBER, origination_identity=sender).message
    clock.advance(minutes=59)
    assert factories.send(caller, NUMBER, origination_identity=sender).message
    clock.advance(minutes=1)
    assert refused(caller, sender).reason == BY_COUNTRY


def test_opted_out_numbers_get_nothing_whatever_an_override_allows(caller, sender):
    row = make_protect_configuration(caller)
    by_default(caller, row)
    override(caller, row)
    put_opted_out_number(caller, opt_out_list_name="Default", opted_out_number=NUMBER)
    assert refused(caller, sender).reason == "DESTINATION_PHONE_NUMBER_OPTED_OUT"


def test_an_override_is_put_again_and_deleted(caller, clock):
    row = make_protect_configuration(caller)
    made = override(caller, row, "+33612345678", "BLOCK")
    assert (made.iso_country_code, made.created_timestamp, made.expiration_timestamp) == ("FR", clock.now(), None)
    assert override(caller, row, NUMBER).iso_country_code == "US"
    clock.advance(hours=1)
    until = clock.now() + timedelta(days=1)
    again = override(caller, row, "33612345678", "ALLOW", until)
    assert (again.pk, again.action, again.expiration_timestamp) == (made.pk, "ALLOW", until)
    assert again.created_timestamp == made.created_timestamp
    gone = rules.delete_protect_configuration_rule_set_number_override(
        caller, protect_configuration_id=row.arn, destination_phone_number="33612345678"
    )
    assert gone.destination_phone_number == "+33612345678"
    assert NumberOverride.objects.get().destination_phone_number == NUMBER
    with pytest.raises(NotFound):
        rules.delete_protect_configuration_rule_set_number_override(
            caller, protect_configuration_id=row.arn, destination_phone_number="+33612345678"
        )


def test_overrides_that_cannot_be_are_refused(caller, clock):
    row = make_protect_configuration(caller)
    for number, action, until, field in (
        ("12ab", "ALLOW", None, "destination_phone_number"),
        (NUMBER, "MONITOR", None, "action"),
        (NUMBER, "ALLOW", clock.now(), "expiration_timestamp"),
    ):
        with pytest.raises(Invalid) as caught:
            override(caller, row, number, action, until)
        assert set(caught.value.fields) == {field}


def test_many_overrides_are_put_at_once_or_none(caller):
    row = make_protect_configuration(caller)

    def put(*numbers):
        rules.put_protect_configuration_number_overrides(
            caller, protect_configuration_id=row.name, destination_phone_numbers=numbers, action="BLOCK"
        )

    put(NUMBER, "+33612345678")
    assert NumberOverride.objects.count() == 2
    for numbers in ((), ("+4915112345678", "nonsense"), [NUMBER] * 501):
        with pytest.raises(Invalid) as caught:
            put(*numbers)
        assert set(caught.value.fields) == {"destination_phone_numbers"}
    assert NumberOverride.objects.count() == 2


def test_the_check_says_what_it_read(caller, sender):
    row = make_protect_configuration(caller)
    set_rules(caller, row, US="MONITOR")
    by_default(caller, row)

    def verdict():
        checked = check_text_message(
            caller, destination_phone_number=NUMBER, origination_identity=sender, message_body="Hi"
        )
        return next(said for said in checked.verdicts if said.name == "protect")

    assert "monitored" in str(verdict().detail)
    assert verdict().about.id == row.name
    override(caller, row)
    assert "override" in str(verdict().detail)
    set_rules(caller, row, US="BLOCK")
    override(caller, row, action="BLOCK")
    assert verdict().refusal.reason == BY_NUMBER


@pytest.mark.parametrize("channel", Channel.values)
def test_the_check_is_the_same_on_every_channel(caller, channel):
    row = make_protect_configuration(caller)
    set_rules(caller, row, channel, US="BLOCK")
    by_default(caller, row)
    for other in Channel.values:
        send = Send(caller, NUMBER, "Hi", channel=other, destination=NUMBER, country="US")
        if other == channel:
            with pytest.raises(Conflict) as caught:
                check_protect(send)
            assert caught.value.reason == BY_COUNTRY
        else:
            check_protect(send)
            assert send.protect.status == "ALLOW"


def test_a_send_looks_up_no_rule_twice_and_an_override_once(caller, sender, django_assert_num_queries):
    row = make_protect_configuration(caller)
    set_rules(caller, row, US="MONITOR")
    by_default(caller, row)

    def walk():
        send = Send(caller, NUMBER, "Hi", destination=NUMBER, country="US")
        return lambda: check_protect(send)

    walk()()
    again = walk()
    with django_assert_num_queries(0):
        again()
    override(caller, row, "+33612345678")
    snapshot.take(caller.owner_id)
    walk()()
    again = walk()
    with django_assert_num_queries(1):
        again()


@pytest.mark.parametrize("status", ["FILTER", "MONITOR", "ALLOW", ""])
def test_suspected_traffic_is_stopped_by_a_filter_only(caller, sender, status, deliver_all):
    suspect = "+12065559913"  # magic_suffixes.json
    if status:
        row = make_protect_configuration(caller)
        set_rules(caller, row, US=status)
        by_default(caller, row)
    toll_free = factories.make_number(caller, phone_number="+18005550123")
    message = factories.send(caller, suspect, origination_identity=toll_free.phone_number_id).message
    deliver_all()
    message.refresh_from_db()
    assert message.status == ("PROTECT_BLOCKED" if status == "FILTER" else "DELIVERED")
    last = message.events.last()
    assert last.event_type == f"TEXT_{message.status}"
    assert last.is_final and last.description
