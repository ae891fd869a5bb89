"""Pages of protect configurations."""

import re

import pytest

from messaging.models import Activity, ConfigurationSet, CountryRule, NumberOverride, ProtectConfiguration
from messaging.operations import protect_configurations as protect
from messaging.operations import protect_rules as rules
from messaging.operations.tags import tags_of
from tests import factories

TABS = ("", "edit/", "rules/", "overrides/", "overrides/add/", "associations/", "associations/edit/", "tags/",
        "activity/", "delete/")  # fmt: skip


@pytest.fixture
def row(caller):
    return factories.make_protect_configuration(caller, "Codes")


@pytest.fixture
def at(client_in, row):
    return lambda rest="": client_in.path(f"protect-configurations/{row.name}/{rest}")


def set_rules(caller, row, channel="SMS", **statuses):
    rules.update_protect_configuration_country_rule_set(
        caller,
        protect_configuration_id=row.name,
        number_capability=channel,
        country_rule_set_updates={code: {"protect_status": status} for code, status in statuses.items()},
    )


def rows_of(body):
    """Country code -> (SMS, MMS, voice) of the table."""
    cells = re.findall(r"<td>([A-Z]{2})</td><td>[^<]*</td>((?:<td[^>]*>[A-Z][a-z]+</td>){3})", body)
    return {code: tuple(re.findall(r">(\w+)<", found)) for code, found in cells}


def test_strangers_sign_in_and_other_accounts_do_not_exist(stranger, client_in, other_owner):
    theirs = factories.make_protect_configuration(factories.make_caller(other_owner))
    assert stranger.get(stranger.path("protect-configurations/")).status_code == 302
    for tab in TABS:
        assert client_in.get(client_in.path(f"protect-configurations/{theirs.name}/{tab}")).status_code == 404


def test_a_viewer_reads_and_changes_nothing(signed_in, row, caller):
    viewer = signed_in("VIEWER")
    path = viewer.path(f"protect-configurations/{row.name}/")
    rules_page = viewer.get(f"{path}rules/").content.decode()
    assert "Preview changes" not in rules_page and 'type="checkbox"' not in rules_page
    assert "Edit settings" not in viewer.get(f"{path}associations/").content.decode()
    for tab, data in (
        ("edit/", {}),
        ("rules/preview/", {"c": "FR", "channels": "SMS", "protect_status": "BLOCK", "scope": "CHOSEN"}),
        ("rules/apply/", {"change": "SMS:BLOCK:FR"}),
        ("overrides/add/", {}),
        ("associations/edit/", {"association": "ACCOUNT_DEFAULT"}),
        ("delete/", {"confirmation": "confirm"}),
    ):
        assert viewer.post(f"{path}{tab}", data).status_code == 403, tab
    assert viewer.get(viewer.path("protect-configurations/+/create/")).status_code == 403
    assert viewer.get(viewer.path("protect-configurations/+/which-rule/")).status_code == 200
    assert not CountryRule.objects.exists()


def test_every_tab_answers_and_the_list_says_what_is_what(client_in, at, row, caller):
    set_rules(caller, row, FR="BLOCK", DE="MONITOR")
    protect.set_account_default_protect_configuration(caller, protect_configuration_id=row.name)
    unnamed = factories.make_protect_configuration(caller)
    for tab in TABS:
        assert client_in.get(at(tab)).status_code == 200, tab
    body = client_in.get(client_in.path("protect-configurations/")).content.decode()
    assert re.findall(r'<tr id="row-([^"]+)"', body) == [unnamed.name, row.name]
    assert "<bdi>Codes</bdi>" in body and "Which rule applies?" in body
    dash = body.split(f'id="row-{unnamed.name}"')[1].split("</tr>")[0]
    assert '<span aria-hidden="true">–</span>' in dash
    detail = client_in.get(at()).content.decode()
    assert "1 country" in detail and "Every country is allowed" in detail
    found = client_in.get(client_in.path("protect-configurations/"), {"f": "account-default:=:true"}).content.decode()
    assert re.findall(r'<tr id="row-([^"]+)"', found) == [row.name]


def test_create_makes_it_all_and_says_first_what_it_replaces(client_in, caller, row):
    factories.make_configuration_set(caller, "otp")
    protect.associate_protect_configuration(caller, protect_configuration_id=row.name, configuration_set_name="otp")
    path = client_in.path("protect-configurations/+/create/")
    given = {
        "protect_configuration_name": "New",
        "country": ["FR", "DE"],
        "codes": "ru, by",
        "association": "CONFIGURATION_SETS",
        "configuration_set_names": ["otp"],
        "tag_key": ["team"],
        "tag_value": ["login"],
    }
    first = client_in.post(path, given)
    body = first.content.decode()
    assert first.status_code == 200 and ProtectConfiguration.objects.count() == 1
    assert "no longer has Codes" in body and 'name="replace"' in body
    assert 'value="FR" checked' in body and "otp – has Codes" in body
    second = client_in.post(path, {**given, "replace": "yes"})
    made = ProtectConfiguration.objects.exclude(pk=row.pk).get()
    assert (second.status_code, second["Location"]) == (303, client_in.path(f"protect-configurations/{made.name}/"))
    assert set(made.rules.values_list("number_capability", "iso_country_code", "protect_status")) == {
        ("SMS", code, "BLOCK") for code in ("FR", "DE", "RU", "BY")
    }
    assert tags_of(caller, made.arn) == [{"key": "Name", "value": "New"}, {"key": "team", "value": "login"}]
    assert ConfigurationSet.objects.get().protect_configuration_id == made.name


def test_create_keeps_what_was_typed_when_something_is_wrong(client_in):
    path = client_in.path("protect-configurations/+/create/")
    answer = client_in.post(path, {"country": "FR", "codes": "XX", "association": "CONFIGURATION_SETS"})
    body = answer.content.decode()
    assert answer.status_code == 422 and not ProtectConfiguration.objects.exists()
    assert "Enter a name." in body and "XX" in body and "Choose one or more configuration sets." in body
    assert 'value="FR" checked' in body
    again = client_in.post(path, {"protect_configuration_name": "New", "association": "NONE", "tag_add": "1"})
    assert again.status_code == 200 and 'value="New"' in again.content.decode()


def test_the_matrix_shows_filters_and_sorts(client_in, at, row, caller):
    set_rules(caller, row, FR="BLOCK", DE="MONITOR")
    set_rules(caller, row, "VOICE", FR="FILTER")
    factories.send(caller)
    body = client_in.get(at("rules/")).content.decode()
    shown = rows_of(body)
    assert len(shown) == 214
    assert shown["FR"] == ("Block", "Allow", "Filter") and shown["JP"] == ("Allow", "Allow", "Allow")
    assert 'aria-label="Europe: Allow ' in body and "Block 1, Monitor 1" in body
    assert body.count('<svg class="protect-map"') == 7
    europe = client_in.get(at("rules/"), {"region": "EU"}).content.decode()
    assert set(rows_of(europe)) >= {"FR", "DE"} and "US" not in rows_of(europe)
    assert set(rows_of(client_in.get(at("rules/"), {"mode": "BLOCK"}).content.decode())) == {"FR"}
    voice = {"channel": "VOICE", "mode": "FILTER"}
    assert set(rows_of(client_in.get(at("rules/"), voice).content.decode())) == {"FR"}
    assert set(rows_of(client_in.get(at("rules/"), {"q": "+33"}).content.decode())) == {"FR"}
    by_traffic = client_in.get(at("rules/"), {"sort": "-messages"}).content.decode()
    assert next(iter(rows_of(by_traffic))) == "US" and 'aria-sort="descending"' in by_traffic
    assert "No country matches" in client_in.get(at("rules/"), {"q": "Atlantis"}).content.decode()
    assert client_in.get(at("rules/"), {"channel": "?", "sort": "?", "region": "?", "mode": "?"}).status_code == 200
    factories.make_protect_configuration(caller)
    assert len(client_in.get(at("rules/")).content) <= 85 * 1024


def preview(client, at, **given):
    values = {"channel": "SMS", "channels": ["SMS"], "protect_status": "BLOCK", "scope": "CHOSEN", **given}
    return client.post(at("rules/preview/"), values)


def test_a_bulk_edit_is_shown_with_its_traffic_before_it_happens(client_in, at, row, caller):
    factories.send(caller)
    body = preview(client_in, at, c=["US", "FR"], codes="de", channels=["SMS", "VOICE"]).content.decode()
    assert "Confirm status change" in body and "Block SMS: 3 countries" in body and "Block Voice: 3 countries" in body
    assert "1 of them had traffic in the last 30 days: United States" in body
    assert not CountryRule.objects.exists()
    stored = re.findall(r'name="change" value="([^"]+)"', body)
    assert stored == ["SMS:BLOCK:DE,FR,US", "VOICE:BLOCK:DE,FR,US"]
    answer = client_in.post(at("rules/apply/"), {"change": [*stored, "MMS:BLOCK:FR", "junk"], "channel": "SMS"})
    assert (answer.status_code, answer["Location"]) == (303, at("rules/") + "?channel=SMS")
    assert CountryRule.objects.count() == 6
    assert not CountryRule.objects.filter(number_capability="MMS").exists()
    assert Activity.objects.filter(operation="UpdateProtectConfigurationCountryRuleSet").count() == 2


def test_groups_and_all_but_choose_many(client_in, at, row):
    body = preview(client_in, at, group="NA", channel="SMS").content.decode()
    assert "United States" in body and "Canada" in body and "France" not in body
    narrowed = preview(client_in, at, group="EU", q="fran").content.decode()
    assert "Block SMS: 1 country" in narrowed and "France" in narrowed
    others = preview(client_in, at, codes="US CA", scope="OTHERS").content.decode()
    assert "Block SMS: 212 countries" in others


def test_edits_that_change_nothing_or_name_nothing_are_refused(client_in, at, row):
    for given, said in (
        ({}, "Tick countries in the table"),
        ({"c": "FR", "protect_status": "ALLOW"}, "Nothing would change"),
        ({"codes": "FR XX"}, "XX"),
        ({"c": "FR", "channels": []}, "Choose at least one channel."),
    ):
        answer = preview(client_in, at, **given)
        assert answer.status_code == 422, given
        assert said in answer.content.decode()
    kept = preview(client_in, at, c="FR", channels=[]).content.decode()
    assert 'value="FR" checked' in kept


def test_protect_mms_by_api(client_in, at, row):
    """protect.mms_by_api: pages show MMS rules and give the command, but do not change them."""
    page = client_in.get(at("rules/"), {"channel": "MMS"}).content.decode()
    assert "Show the command" in page and "Preview changes" not in page
    body = preview(client_in, at, channel="MMS", channels=["MMS"], c="US").content.decode()
    assert "update-protect-configuration-country-rule-set" in body and "--number-capability MMS" in body
    assert "ProtectStatus" in body and "Confirm</button>" not in body


def test_rules_are_copied_from_another_configuration(client_in, at, row, caller):
    other = factories.make_protect_configuration(caller, "Other")
    set_rules(caller, other, FR="BLOCK", DE="FILTER")
    set_rules(caller, row, FR="BLOCK", JP="BLOCK")
    given = {"channel": "SMS", "copy": "yes", "copy-protect_configuration_id": other.name, "copy-channels": ["SMS"]}
    body = client_in.post(at("rules/preview/"), given).content.decode()
    assert re.findall(r'name="change" value="([^"]+)"', body) == ["SMS:ALLOW:JP", "SMS:FILTER:DE"]
    same = client_in.post(at("rules/preview/"), {**given, "copy-channels": ["VOICE"]})
    assert same.status_code == 422 and "The rules are the same already." in same.content.decode()


def test_overrides_are_added_in_bulk_changed_and_deleted_with_undo(client_in, at, row, caller, clock):
    given = {
        "destination_phone_numbers": "+33 6 12 34 56 78\n+1 (425) 414-7755\n\n+33612345678",
        "action": "ALLOW",
        "expires": "24",
    }
    assert client_in.post(at("overrides/add/"), given).status_code == 303
    assert NumberOverride.objects.count() == 2
    assert (NumberOverride.objects.first().expiration_timestamp - clock.now()).total_seconds() == 86_400
    body = client_in.get(at("overrides/")).content.decode()
    assert "France" in body and "Active" in body
    clock.advance(hours=25)
    assert "Expired" in client_in.get(at("overrides/")).content.decode()
    edit = at("overrides/+33612345678/")
    assert client_in.get(edit).status_code == 200
    assert client_in.post(edit, {"action": "BLOCK", "expires": ""}).status_code == 303
    changed = NumberOverride.objects.get(destination_phone_number="+33612345678")
    assert (changed.action, changed.expiration_timestamp) == ("BLOCK", None)
    assert client_in.post(at("overrides/+33612345678/delete/")).status_code == 303
    assert NumberOverride.objects.count() == 1
    undo = re.search(r'action="([^"]*undo[^"]*)"', client_in.get(at("overrides/")).content.decode())
    client_in.post(undo[1])
    assert NumberOverride.objects.count() == 2
    assert client_in.get(at("overrides/+4915112345678/")).status_code == 303


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Give at least one number."),
        ({"destination_phone_numbers": "nonsense", "action": "ALLOW"}, "nonsense"),
        ({"destination_phone_numbers": "+33612345678", "action": "ALLOW", "expires": "AT"}, "Give the time."),
        (
            {
                "destination_phone_numbers": "+33612345678",
                "action": "ALLOW",
                "expires": "AT",
                "until": "2020-01-01T00:00",
            },
            "Give a time to come",
        ),
    ],
)  # fmt: skip
def test_overrides_that_cannot_be_are_refused(client_in, at, row, given, said):
    answer = client_in.post(at("overrides/add/"), given)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not NumberOverride.objects.exists()


def test_associations_say_what_they_replace(client_in, at, row, caller):
    other = factories.make_protect_configuration(caller, "Other")
    protect.set_account_default_protect_configuration(caller, protect_configuration_id=other.name)
    first = client_in.post(at("associations/edit/"), {"association": "ACCOUNT_DEFAULT"})
    assert first.status_code == 200 and "Other is no longer the account default." in first.content.decode()
    assert (
        client_in.post(at("associations/edit/"), {"association": "ACCOUNT_DEFAULT", "replace": "yes"}).status_code
        == 303
    )
    row.refresh_from_db()
    assert row.account_default
    gone = client_in.post(f"{at('associations/edit/')}?then=delete", {"association": "NONE", "replace": "yes"})
    assert gone["Location"] == at("delete/")


def test_it_is_deleted_by_the_word_confirm_once_nothing_holds_it(client_in, at, row, caller):
    protect.set_account_default_protect_configuration(caller, protect_configuration_id=row.name)
    body = client_in.get(at("delete/")).content.decode()
    assert "Remove association" in body and "association=NONE&amp;then=delete" in body
    refused = client_in.post(at("delete/"), {"confirmation": "confirm"})
    assert refused.status_code == 422 and "PROTECT_CONFIGURATION_IS_ACCOUNT_DEFAULT" in refused.content.decode()
    protect.delete_account_default_protect_configuration(caller)
    assert client_in.post(at("delete/"), {"confirmation": "Codes"}).status_code == 422
    assert client_in.post(at("delete/"), {"confirmation": "confirm"}).status_code == 303
    assert not ProtectConfiguration.objects.exists()


def test_name_and_deletion_protection_are_edited(client_in, at, row, caller):
    given = {"protect_configuration_name": "Sign-in", "deletion_protection_enabled": "on"}
    assert client_in.post(at("edit/"), given).status_code == 303
    row.refresh_from_db()
    assert row.deletion_protection_enabled and tags_of(caller, row.arn) == [{"key": "Name", "value": "Sign-in"}]
    client_in.post(at("edit/"), {})
    row.refresh_from_db()
    assert not row.deletion_protection_enabled and not tags_of(caller, row.arn)


def test_which_rule_shows_the_path_of_the_decision(client_in, row, caller):
    path = client_in.path("protect-configurations/+/which-rule/")

    def path_of(**given):
        answer = client_in.get(path, {"destination_phone_number": "+33612345678", "channel": "SMS", **given})
        assert answer.status_code == 200
        found = re.search(r'id="decision".*?</section>', answer.content.decode(), re.DOTALL)[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))

    assert "No protect configuration applies" in path_of()
    factories.make_configuration_set(caller, "otp")
    protect.associate_protect_configuration(caller, protect_configuration_id=row.name, configuration_set_name="otp")
    set_rules(caller, row, FR="BLOCK")
    of_set = path_of(configuration_set_name="otp")
    assert "Does the configuration set “otp” have one? Yes: Codes" in of_set and "Block (France, SMS)" in of_set
    assert "Is there an account default? Not looked at" in of_set
    assert "Allow (France, Voice)" in path_of(protect_configuration_id=row.name, channel="VOICE")
    rules.put_protect_configuration_rule_set_number_override(
        caller, protect_configuration_id=row.name, destination_phone_number="+33612345678", action="ALLOW"
    )
    assert "Does it have an override of the number? Yes: Allow" in path_of(configuration_set_name="otp")
    wrong = client_in.get(path, {"destination_phone_number": "12", "channel": "SMS", "configuration_set_name": "x"})
    assert wrong.status_code == 422


def test_a_message_names_the_configuration_that_let_it_pass(client_in, row, caller):
    protect.set_account_default_protect_configuration(caller, protect_configuration_id=row.name)
    message = factories.send(caller).message
    body = client_in.get(client_in.path(f"messages/{message.message_id}/")).content.decode()
    assert f"protect-configurations/{row.name}/" in body
