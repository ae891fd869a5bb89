"""What happens around every operation: permission, rate, one transaction, the activity log."""

import pytest
from django.db import IntegrityError, OperationalError, transaction

from messaging import permissions
from messaging.errors import Conflict, Denied, Invalid, Throttled
from messaging.models import Activity, OptOutList, PhoneNumber, RequestRate
from messaging.operations import opt_out_lists, rates
from messaging.operations.accounts import describe_account_limits
from messaging.operations.opt_out_lists import create_opt_out_list
from messaging.operations.phone_numbers import request_phone_number
from messaging.operations.registry import OPERATIONS
from messaging.operations.sending import send_text_message
from messaging.permissions import Role
from tests.factories import SUCCESS, make_caller, make_opt_out_list, make_pool, make_simulator_number

pytestmark = pytest.mark.django_db


def lost_race(sqlstate, kind=OperationalError):
    """What Django raises when PostgreSQL undoes a transaction in favour of another one."""
    cause = Exception("another transaction")
    cause.sqlstate = sqlstate
    error = kind("another transaction")
    error.__cause__ = cause
    return error


@pytest.fixture
def losing(monkeypatch):
    """losing(error, …) lets CreateOptOutList fail with these errors after it wrote, one each time it is tried."""

    def lose(*errors):
        left = list(errors)

        def write_tags(*_given):
            if left:
                raise left.pop(0)

        monkeypatch.setattr(opt_out_lists, "write_tags", write_tags)
        return left

    return lose


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "error",
    [lost_race("40P01"), lost_race("40001"), lost_race("23505", IntegrityError)],
    ids=["deadlock", "order", "name"],
)
def test_a_change_that_lost_a_race_is_done_again(caller, losing, error):
    losing(error)
    assert create_opt_out_list(caller, opt_out_list_name="news").opt_out_list_name == "news"
    assert OptOutList.objects.filter(opt_out_list_name="news").count() == Activity.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_other_trouble_and_endless_races_are_told(caller, losing):
    left = losing(lost_race("08006"), lost_race("40P01"))
    with pytest.raises(OperationalError):
        create_opt_out_list(caller, opt_out_list_name="news")
    assert len(left) == 1
    losing(*[lost_race("40P01")] * 9)
    with pytest.raises(OperationalError):
        create_opt_out_list(caller, opt_out_list_name="news")
    assert not OptOutList.objects.filter(opt_out_list_name="news").exists()


def test_a_race_inside_a_larger_transaction_is_not_run_again(caller, losing):
    """Nothing can be done in a transaction that the database has given up."""
    left = losing(lost_race("40P01"), lost_race("40P01"))
    with pytest.raises(OperationalError), transaction.atomic():
        create_opt_out_list(caller, opt_out_list_name="news")
    assert len(left) == 1


def test_refused_permission_changes_nothing_and_is_logged(caller_as):
    with pytest.raises(Denied) as refused:
        create_opt_out_list(caller_as("VIEWER"), opt_out_list_name="news")
    assert "Viewer" in str(refused.value) and refused.value.next_step
    assert OptOutList.objects.count() == 1
    assert Activity.objects.get().refused == "Denied"


def test_refusal_after_a_write_undoes_it_and_keeps_the_log(caller):
    pool = make_pool(caller)
    before = PhoneNumber.objects.count()
    with pytest.raises(Conflict):
        make_simulator_number(caller, pool_id=pool.pool_id, number_capabilities=["SMS", "MMS"])
    assert PhoneNumber.objects.count() == before
    assert Activity.objects.order_by("-id").first().refused == "Conflict NUMBER_CAPABILITIES_MISMATCH"


def test_operation_inside_another_is_one_entry(caller):
    make_simulator_number(caller, pool_id=make_pool(caller).pool_id)
    assert list(Activity.objects.order_by("id").values_list("operation", flat=True)) == [
        "RequestPhoneNumber",
        "CreatePool",
        "RequestPhoneNumber",
    ]


def test_reads_are_not_logged(caller):
    assert describe_account_limits(caller)
    assert not Activity.objects.exists()


def test_secrets_and_texts_stay_out_of_the_log(caller):
    from messaging.operations.registry import loggable

    assert loggable("secret_access_key", "abc") == "(hidden)"
    assert loggable("tags", [{"password": "x", "key": "k"}]) == [{"password": "(hidden)", "key": "k"}]
    assert loggable("message_body", "Hello") == "(5 characters)"
    assert len(loggable("description", "x" * 1000)) == 200


def test_rate_quota_is_off_unless_set(caller, settings):
    for index in range(3):
        make_opt_out_list(caller, f"list-{index}")
    assert not RequestRate.objects.exists()


def test_rate_quota_allows_its_burst_then_throttles_and_recovers(caller, settings, monkeypatch):
    settings.SWITCHBOARD_RATE_QUOTAS = True
    now = [1000.0]
    monkeypatch.setattr(rates.time, "time", lambda: now[0])
    create_opt_out_list(caller, opt_out_list_name="one")
    with pytest.raises(Throttled) as refused:
        create_opt_out_list(caller, opt_out_list_name="two")
    assert refused.value.retry_seconds == pytest.approx(1.0)
    now[0] += 1.0
    create_opt_out_list(caller, opt_out_list_name="two")
    for _index in range(10):  # ListTagsForResource: ten a second
        rates.take(caller, "ListTagsForResource")
    with pytest.raises(Throttled):
        rates.take(caller, "ListTagsForResource")
    now[0] += 0.1
    rates.take(caller, "ListTagsForResource")


def test_rate_quota_is_per_account(caller, other_owner, settings):
    settings.SWITCHBOARD_RATE_QUOTAS = True
    create_opt_out_list(caller, opt_out_list_name="one")
    create_opt_out_list(make_caller(other_owner), opt_out_list_name="one")


@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_says(owner, role):
    for action, (roles, reads) in permissions.table().items():
        assert make_caller(owner, role).may(action) == (role in roles)
        assert make_caller(owner, role, read_only=True).may(action) == (role in roles and reads)


def test_viewers_only_read_and_reviewers_do_not_operate():
    table = permissions.table()
    own_things = {"UpdatePreferences", "SaveView", "DeleteView", "SaveTableLayout", "OpenRegion", "StartExport"}
    own_things |= {"MarkNotificationsRead", "MarkAllNotificationsRead"}
    writes = {action for action, (_roles, reads) in table.items() if not reads} - own_things
    assert not [action for action in writes if Role.VIEWER in table[action][0]]
    assert Role.REVIEWER not in table["SendTextMessage"][0]
    assert not permissions.may(Role.ADMINISTRATOR, "InventMoney")


def test_every_operation_stands_in_the_permission_table():
    import messaging.operations.accounts
    import messaging.operations.configuration_sets
    import messaging.operations.inbound
    import messaging.operations.keywords
    import messaging.operations.pools
    import messaging.operations.sending  # noqa: F401

    assert request_phone_number and OPERATIONS
    assert not OPERATIONS.keys() - permissions.table().keys()


def test_refused_send_can_be_looked_up_and_an_accepted_one_is_its_own_record(caller):
    number = make_simulator_number(caller)
    before = Activity.objects.count()
    wanted = {"origination_identity": number.name, "message_body": "secret plan"}
    send_text_message(caller, destination_phone_number=SUCCESS, **wanted)
    assert Activity.objects.count() == before
    with pytest.raises(Invalid):
        send_text_message(caller, destination_phone_number="+5350000000", **wanted)
    entry = Activity.objects.order_by("-id").first()
    assert (entry.operation, entry.refused) == ("SendTextMessage", "Invalid DESTINATION_COUNTRY_BLOCKED")
    assert entry.parameters["message_body"] == "(11 characters)"
