"""Spend limit overrides through unmodified boto3."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("channel", ["text", "media", "voice"])
def test_an_override_is_set_described_refused_and_deleted(boto: Any, channel: str) -> None:
    """spend.override_too_high"""
    put = getattr(boto, f"set_{channel}_message_spend_limit_override")
    assert put(MonthlyLimit=12)["MonthlyLimit"] == 12

    def described() -> dict[str, Any]:
        rows = boto.describe_spend_limits()["SpendLimits"]
        assert len(rows) == 3
        return next(row for row in rows if row["Name"] == f"{channel.upper()}_MESSAGE_MONTHLY_SPEND_LIMIT")

    wanted = {"Name": f"{channel.upper()}_MESSAGE_MONTHLY_SPEND_LIMIT", "MaxLimit": 1_000}
    assert described() == {**wanted, "EnforcedLimit": 12, "Overridden": True}
    with pytest.raises(ClientError) as caught:
        put(MonthlyLimit=1_001)
    said = caught.value.response
    assert said["Error"]["Code"] == "ValidationException"
    assert said["Reason"] == "REQUESTED_SPEND_LIMIT_HIGHER_THAN_SERVICE_LIMIT"
    assert said["Fields"][0]["Name"] == "MonthlyLimit"
    assert described()["EnforcedLimit"] == 12
    assert getattr(boto, f"delete_{channel}_message_spend_limit_override")()["MonthlyLimit"] == 1_000
    assert described() == {**wanted, "EnforcedLimit": 1_000, "Overridden": False}


@pytest.mark.parametrize("channel", ["notify", "rcs"])
def test_overrides_of_what_is_not_sent_are_refused_by_name(boto: Any, channel: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(boto, f"set_{channel}_message_spend_limit_override")(MonthlyLimit=1)
    assert caught.value.response["Reason"] == "UNKNOWN_OPERATION"
