"""Protect configurations through unmodified boto3."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from messaging import clock as clocks
from messaging import reference
from tests import factories
from tests.wire.test_operations import ARN, bare, make_number, refusal

pytestmark = pytest.mark.django_db(transaction=True)


def test_configurations(boto: Any) -> None:
    made = bare(boto.create_protect_configuration(Tags=[{"Key": "Name", "Value": "Codes"}]))
    own = made["ProtectConfigurationId"]
    assert isinstance(made.pop("CreatedTimestamp"), datetime)
    assert made == {
        "ProtectConfigurationArn": f"{ARN}protect-configuration/{own}",
        "ProtectConfigurationId": own,
        "AccountDefault": False,
        "DeletionProtectionEnabled": False,
        "Tags": [{"Key": "Name", "Value": "Codes"}],
    }
    changed = boto.update_protect_configuration(ProtectConfigurationId=own, DeletionProtectionEnabled=True)
    assert changed["DeletionProtectionEnabled"] is True
    code, reason, said = refusal(boto.delete_protect_configuration, ProtectConfigurationId=own)
    assert (code, reason) == ("ConflictException", "DELETION_PROTECTION_ENABLED")
    assert (said["ResourceType"], said["ResourceId"]) == ("protect-configuration", own)
    boto.update_protect_configuration(ProtectConfigurationId=own, DeletionProtectionEnabled=False)

    other = boto.create_protect_configuration(DeletionProtectionEnabled=True)["ProtectConfigurationId"]
    boto.set_account_default_protect_configuration(ProtectConfigurationId=own)

    def found(**given: Any) -> list[str]:
        rows = boto.describe_protect_configurations(**given)["ProtectConfigurations"]
        return [row["ProtectConfigurationId"] for row in rows]

    assert found() == [own, other]
    assert found(Filters=[{"Name": "account-default", "Values": ["true"]}]) == [own]
    assert found(Filters=[{"Name": "deletion-protection-enabled", "Values": ["true"]}]) == [other]
    assert found(ProtectConfigurationIds=[made["ProtectConfigurationArn"]]) == [own]
    pages = boto.get_paginator("describe_protect_configurations").paginate(PaginationConfig={"PageSize": 1})
    assert [page["ProtectConfigurations"][0]["ProtectConfigurationId"] for page in pages] == [own, other]
    unknown = refusal(boto.describe_protect_configurations, ProtectConfigurationIds=["protect-nowhere"])
    assert unknown[0] == "ResourceNotFoundException"

    attributes = {row["Name"]: row["Value"] for row in boto.describe_account_attributes()["AccountAttributes"]}
    assert attributes["DEFAULT_PROTECT_CONFIGURATION_ID"] == own
    dropped = bare(boto.delete_account_default_protect_configuration())
    assert dropped == {
        "DefaultProtectConfigurationArn": made["ProtectConfigurationArn"],
        "DefaultProtectConfigurationId": own,
    }
    assert refusal(boto.delete_account_default_protect_configuration)[0] == "ResourceNotFoundException"
    gone = bare(boto.delete_protect_configuration(ProtectConfigurationId=own))
    assert (gone["ProtectConfigurationId"], gone["AccountDefault"]) == (own, False)
    assert found() == [other]


def test_country_rules(boto: Any) -> None:
    own = boto.create_protect_configuration()["ProtectConfigurationId"]
    changed = bare(
        boto.update_protect_configuration_country_rule_set(
            ProtectConfigurationId=own,
            NumberCapability="SMS",
            CountryRuleSetUpdates={"US": {"ProtectStatus": "BLOCK"}, "FR": {"ProtectStatus": "MONITOR"}},
        )
    )
    read = bare(boto.get_protect_configuration_country_rule_set(ProtectConfigurationId=own, NumberCapability="SMS"))
    assert read == changed
    assert (read["ProtectConfigurationId"], read["NumberCapability"]) == (own, "SMS")
    assert set(read["CountryRuleSet"]) == set(reference.countries())
    assert read["CountryRuleSet"]["US"] == {"ProtectStatus": "BLOCK"}
    assert read["CountryRuleSet"]["JP"] == {"ProtectStatus": "ALLOW"}
    voice = boto.get_protect_configuration_country_rule_set(ProtectConfigurationId=own, NumberCapability="VOICE")
    assert voice["CountryRuleSet"]["US"] == {"ProtectStatus": "ALLOW"}
    for given in (
        {"NumberCapability": "RCS", "CountryRuleSetUpdates": {"US": {"ProtectStatus": "BLOCK"}}},
        {"NumberCapability": "SMS", "CountryRuleSetUpdates": {"XX": {"ProtectStatus": "BLOCK"}}},
    ):
        refused = refusal(boto.update_protect_configuration_country_rule_set, ProtectConfigurationId=own, **given)
        assert refused[0] == "ValidationException"

    number = make_number(boto)["PhoneNumberId"]
    sending = {
        "DestinationPhoneNumber": factories.SUCCESS,
        "OriginationIdentity": number,
        "MessageBody": "Hi",
        "ProtectConfigurationId": own,
    }
    code, reason, said = refusal(boto.send_text_message, **sending)
    assert (code, reason) == ("ConflictException", "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION")
    assert (said["ResourceType"], said["ResourceId"]) == ("protect-configuration", own)
    override = {"ProtectConfigurationId": own, "DestinationPhoneNumber": factories.SUCCESS}
    boto.put_protect_configuration_rule_set_number_override(**override, Action="ALLOW")
    assert boto.send_text_message(**sending)["MessageId"]
    boto.put_protect_configuration_rule_set_number_override(**override, Action="BLOCK")
    assert (
        refusal(boto.send_text_message, **sending)[1] == "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"
    )


def test_number_overrides(boto: Any) -> None:
    own = boto.create_protect_configuration()["ProtectConfigurationId"]
    now = clocks.now().replace(microsecond=0)
    until = now + timedelta(days=7)
    token = {"ClientToken": "once"}
    for _time in range(2):
        put = bare(
            boto.put_protect_configuration_rule_set_number_override(
                ProtectConfigurationId=own,
                DestinationPhoneNumber="+33612345678",
                Action="ALLOW",
                ExpirationTimestamp=until,
                **token,
            )
        )
    created = put.pop("CreatedTimestamp")
    assert abs(created - datetime.now(UTC)) < timedelta(minutes=5)
    assert put == {
        "ProtectConfigurationArn": f"{ARN}protect-configuration/{own}",
        "ProtectConfigurationId": own,
        "DestinationPhoneNumber": "+33612345678",
        "Action": "ALLOW",
        "IsoCountryCode": "FR",
        "ExpirationTimestamp": until,
    }
    boto.put_protect_configuration_rule_set_number_override(
        ProtectConfigurationId=own, DestinationPhoneNumber="14254147755", Action="BLOCK"
    )

    def found(name: str = "", *values: str) -> list[str]:
        filters = [{"Name": name, "Values": list(values)}] if name else []
        answer = boto.list_protect_configuration_rule_set_number_overrides(ProtectConfigurationId=own, Filters=filters)
        assert answer["ProtectConfigurationId"] == own
        return [row["DestinationPhoneNumber"] for row in answer["RuleSetNumberOverrides"]]

    french, american = "+33612345678", "+14254147755"
    later, earlier = f"{until + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}", f"{now:%Y-%m-%dT%H:%M:%SZ}"
    assert found() == [french, american]
    assert found("iso-country-code", "FR") == [french]
    assert found("destination-phone-number-begins-with", "+1425") == [american]
    assert found("destination-phone-number-begins-with", "+1425", "+33") == [french, american]
    assert found("action", "BLOCK") == [american]
    assert found("expires-before", later) == [french]
    assert found("expires-before", str(int(now.timestamp()))) == []
    assert found("expires-after", earlier) == [french]
    assert found("created-before", later) == [french, american]
    assert found("created-after", later) == []
    wrong = refusal(
        boto.list_protect_configuration_rule_set_number_overrides,
        ProtectConfigurationId=own,
        Filters=[{"Name": "created-after", "Values": ["soon"]}],
    )
    assert wrong[:2] == ("ValidationException", "INVALID_FILTER_VALUES")
    gone = bare(
        boto.delete_protect_configuration_rule_set_number_override(
            ProtectConfigurationId=own, DestinationPhoneNumber=american
        )
    )
    assert (gone["DestinationPhoneNumber"], gone["Action"], "ExpirationTimestamp" in gone) == (american, "BLOCK", False)
    again = refusal(
        boto.delete_protect_configuration_rule_set_number_override,
        ProtectConfigurationId=own,
        DestinationPhoneNumber=american,
    )
    assert again[0] == "ResourceNotFoundException"


def test_associations(boto: Any) -> None:
    own = boto.create_protect_configuration()["ProtectConfigurationId"]
    boto.create_configuration_set(ConfigurationSetName="otp")
    pair = {"ProtectConfigurationId": own, "ConfigurationSetName": "otp"}
    answer = bare(boto.associate_protect_configuration(**pair))
    assert answer == {
        "ConfigurationSetArn": f"{ARN}configuration-set/otp",
        "ConfigurationSetName": "otp",
        "ProtectConfigurationArn": f"{ARN}protect-configuration/{own}",
        "ProtectConfigurationId": own,
    }
    described = boto.describe_configuration_sets()["ConfigurationSets"][0]
    assert described["ProtectConfigurationId"] == own
    refused = refusal(boto.delete_protect_configuration, ProtectConfigurationId=own)
    assert refused[1] == "PROTECT_CONFIGURATION_ASSOCIATED_WITH_CONFIGURATION_SET"
    assert bare(boto.disassociate_protect_configuration(**pair)) == answer
    again = refusal(boto.disassociate_protect_configuration, **pair)
    assert again[:2] == ("ConflictException", "PROTECT_CONFIGURATION_NOT_ASSOCIATED_WITH_CONFIGURATION_SET")
    unknown = refusal(boto.associate_protect_configuration, ProtectConfigurationId=own, ConfigurationSetName="nowhere")
    assert unknown[0] == "ResourceNotFoundException"
