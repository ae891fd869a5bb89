"""Protect configurations: what they are, what they are tied to, what is refused. Rules: protect.*, set.one_protect."""

import pytest

from console import shapes
from messaging import reference
from messaging.errors import Conflict, Denied, Invalid, NotFound, OverQuota
from messaging.models import (
    Activity,
    Channel,
    ConfigurationSet,
    CountryRule,
    ProtectConfiguration,
    RegionalAccount,
    Tag,
)
from messaging.operations import protect_configurations as protect
from messaging.operations.accounts import describe_account_attributes
from messaging.operations.protect_rules import get_protect_configuration_country_rule_set, set_up_protect_configuration
from messaging.operations.tags import tag_name, tag_resource, tags_of
from tests import factories
from tests.factories import make_configuration_set, make_protect_configuration

pytestmark = pytest.mark.django_db


def default_id(caller):
    return {row["name"]: row["value"] for row in describe_account_attributes(caller)}.get(
        "DEFAULT_PROTECT_CONFIGURATION_ID"
    )


def test_protect_default_allow(caller):
    """protect.default_allow"""
    row = protect.create_protect_configuration(caller)
    assert row.protect_configuration_id.startswith("protect-")
    assert row.arn == caller.arn(f"protect-configuration/{row.protect_configuration_id}")
    assert (row.account_default, row.deletion_protection_enabled) == (False, False)
    for channel in Channel.values:
        found = get_protect_configuration_country_rule_set(
            caller, protect_configuration_id=row.protect_configuration_id, number_capability=channel
        )
        assert set(found.statuses) == set(reference.countries())
        assert set(found.statuses.values()) == {"ALLOW"}
    assert not CountryRule.objects.exists()


def test_protect_name_is_the_tag_name(caller):
    """protect.name"""
    row = make_protect_configuration(caller, "One-time codes")
    assert tags_of(caller, row.arn) == [{"key": "Name", "value": "One-time codes"}]
    tag_resource(caller, resource_arn=row.arn, tags=[{"key": "Name", "value": "Codes"}])
    named = ProtectConfiguration.objects.annotate(tag_name=tag_name(caller, ProtectConfiguration))
    assert [found.tag_name for found in named] == ["Codes"]


def test_there_are_25_at_most(caller):
    for _number in range(25):
        protect.create_protect_configuration(caller)
    with pytest.raises(OverQuota) as refused:
        protect.create_protect_configuration(caller)
    assert refused.value.reason == "PROTECT_CONFIGURATIONS_PER_ACCOUNT"


def test_protect_delete_needs_protection_off_and_no_association(caller):
    """protect.delete"""
    row = make_protect_configuration(caller, deletion_protection_enabled=True)
    own = row.protect_configuration_id
    sets = make_configuration_set(caller)
    protect.associate_protect_configuration(
        caller, protect_configuration_id=own, configuration_set_name=sets.configuration_set_name
    )
    protect.set_account_default_protect_configuration(caller, protect_configuration_id=own)

    def reason():
        with pytest.raises(Conflict) as refused:
            protect.delete_protect_configuration(caller, protect_configuration_id=own)
        assert refused.value.resource.id == own
        return refused.value.reason

    assert reason() == "DELETION_PROTECTION_ENABLED"
    protect.update_protect_configuration(caller, protect_configuration_id=own, deletion_protection_enabled=False)
    assert reason() == "PROTECT_CONFIGURATION_IS_ACCOUNT_DEFAULT"
    protect.delete_account_default_protect_configuration(caller)
    assert reason() == "PROTECT_CONFIGURATION_ASSOCIATED_WITH_CONFIGURATION_SET"
    protect.disassociate_protect_configuration(
        caller, protect_configuration_id=own, configuration_set_name=sets.configuration_set_name
    )
    gone = protect.delete_protect_configuration(caller, protect_configuration_id=row.arn)
    assert gone.protect_configuration_id == own
    assert not ProtectConfiguration.objects.exists()
    assert not Tag.objects.exists()


def test_an_update_without_a_setting_changes_nothing(caller):
    row = make_protect_configuration(caller, deletion_protection_enabled=True)
    same = protect.update_protect_configuration(caller, protect_configuration_id=row.protect_configuration_id)
    assert same.deletion_protection_enabled is True


def test_protect_one_default_replaces_the_other(caller):
    """protect.one_default"""
    first, second = make_protect_configuration(caller), make_protect_configuration(caller)
    assert default_id(caller) is None
    for row in (first, second, second):
        answer = protect.set_account_default_protect_configuration(
            caller, protect_configuration_id=row.protect_configuration_id
        )
        assert answer.default_protect_configuration_id == default_id(caller) == row.protect_configuration_id
    assert list(ProtectConfiguration.objects.filter(account_default=True)) == [second]
    dropped = protect.delete_account_default_protect_configuration(caller)
    assert dropped.default_protect_configuration_arn == second.arn
    assert default_id(caller) is None
    with pytest.raises(NotFound):
        protect.delete_account_default_protect_configuration(caller)


def test_set_one_protect_configuration_at_most(caller):
    """set.one_protect"""
    first, second = make_protect_configuration(caller), make_protect_configuration(caller)
    one, two = make_configuration_set(caller, "one"), make_configuration_set(caller, "two")
    for row, found in ((first, one), (first, two), (second, one)):
        answer = protect.associate_protect_configuration(
            caller, protect_configuration_id=row.arn, configuration_set_name=found.arn
        )
        assert (answer.configuration_set_name, answer.protect_configuration_id) == (found.name, row.name)
    assert [found.name for found in protect.sets_of(caller, first)] == ["two"]
    assert [found.name for found in protect.sets_of(caller, second)] == ["one"]
    with pytest.raises(Conflict) as refused:
        protect.disassociate_protect_configuration(
            caller, protect_configuration_id=first.name, configuration_set_name="one"
        )
    assert refused.value.reason == "PROTECT_CONFIGURATION_NOT_ASSOCIATED_WITH_CONFIGURATION_SET"


def test_an_association_replaces_all_others(caller):
    row, other = make_protect_configuration(caller), make_protect_configuration(caller)
    for name in ("a", "b", "c"):
        make_configuration_set(caller, name)

    def associate(association, *names, of=row):
        return protect.set_protect_configuration_association(
            caller, protect_configuration_id=of.name, association=association, configuration_set_names=names
        )

    associate(protect.CONFIGURATION_SETS, "b", of=other)
    associate(protect.CONFIGURATION_SETS, "a", "b")
    assert dict(ConfigurationSet.objects.values_list("configuration_set_name", "protect_configuration_id")) == {
        "a": row.name,
        "b": row.name,
        "c": "",
    }
    associate(protect.ACCOUNT_DEFAULT, of=other)
    assert associate(protect.ACCOUNT_DEFAULT).account_default is True
    assert not ConfigurationSet.objects.exclude(protect_configuration_id="").exists()
    other.refresh_from_db()
    assert other.account_default is False
    assert associate(protect.NOTHING).account_default is False
    with pytest.raises(Invalid):
        associate("SOMETHING")
    with pytest.raises(Invalid) as refused:
        associate(protect.CONFIGURATION_SETS)
    assert "configuration_set_names" in refused.value.fields
    with pytest.raises(NotFound):
        associate(protect.CONFIGURATION_SETS, "a", "nowhere")
    assert not ConfigurationSet.objects.exclude(protect_configuration_id="").exists()


def test_what_an_association_replaces_is_known_before(caller):
    row, other = make_protect_configuration(caller), make_protect_configuration(caller)
    for name, of in (("a", row), ("b", other)):
        make_configuration_set(caller, name)
        protect.associate_protect_configuration(caller, protect_configuration_id=of.name, configuration_set_name=name)
    protect.set_account_default_protect_configuration(caller, protect_configuration_id=other.name)
    other.refresh_from_db()
    as_default = protect.replaced_by(caller, row, protect.ACCOUNT_DEFAULT)
    assert as_default.default == other
    assert [found.name for found in as_default.released] == ["a"]
    with_sets = protect.replaced_by(caller, row, protect.CONFIGURATION_SETS, ["a", "b"])
    assert [found.name for found in with_sets.sets] == ["b"]
    assert (with_sets.default, with_sets.released, with_sets.released_default) == (None, (), False)
    assert protect.replaced_by(caller, other, protect.NOTHING).released_default is True
    assert not protect.replaced_by(caller, None, protect.NOTHING)


def test_set_up_makes_all_of_it_or_nothing(caller):
    other = make_protect_configuration(caller)
    protect.set_account_default_protect_configuration(caller, protect_configuration_id=other.name)
    row = set_up_protect_configuration(
        caller,
        tags=[{"key": "Name", "value": "Codes"}],
        country_rules={"SMS": {"FR": "BLOCK", "DE": "MONITOR"}, "VOICE": {"FR": "BLOCK"}},
        association=protect.ACCOUNT_DEFAULT,
    )
    assert row.account_default is True
    assert set(row.rules.values_list("number_capability", "iso_country_code", "protect_status")) == {
        ("SMS", "FR", "BLOCK"),
        ("SMS", "DE", "MONITOR"),
        ("VOICE", "FR", "BLOCK"),
    }
    with pytest.raises(NotFound):
        set_up_protect_configuration(
            caller, association=protect.CONFIGURATION_SETS, configuration_set_names=["nowhere"]
        )
    with pytest.raises(Invalid):
        set_up_protect_configuration(caller, country_rules={"SMS": {"XX": "BLOCK"}})
    assert ProtectConfiguration.objects.count() == 2
    assert Activity.objects.filter(operation="SetUpProtectConfiguration", refused="").count() == 1


def test_rows_of_others_do_not_exist(caller, other_owner):
    theirs = make_protect_configuration(factories.make_caller(other_owner))
    for name in (theirs.protect_configuration_id, theirs.arn):
        with pytest.raises(NotFound) as refused:
            protect.update_protect_configuration(caller, protect_configuration_id=name)
        assert refused.value.resource.type == "protect-configuration"
        assert refused.value.resource.type in shapes.enum("ResourceType")


def test_changes_need_an_operator_and_raise_the_settings_version(caller, caller_as):
    before = RegionalAccount.objects.get(pk=caller.owner_id).settings_version
    with pytest.raises(Denied):
        protect.create_protect_configuration(caller_as("VIEWER"))
    row = protect.create_protect_configuration(caller_as("OPERATOR"))
    protect.set_account_default_protect_configuration(caller, protect_configuration_id=row.name)
    assert RegionalAccount.objects.get(pk=caller.owner_id).settings_version == before + 2
