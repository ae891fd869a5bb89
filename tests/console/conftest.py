"""What several tests of lists begin with."""

from datetime import UTC, datetime, timedelta

import pytest

from messaging.models import OptedOutNumber
from tests import factories

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def many(caller):
    """A list of 60 numbers, ten for each of six instants."""
    row = factories.make_opt_out_list(caller, "many")
    OptedOutNumber.objects.bulk_create(
        OptedOutNumber(
            opt_out_list=row,
            opted_out_number=f"+1425555{index:04d}",
            opted_out_timestamp=NOON + timedelta(minutes=index % 6),
            end_user_opted_out=index % 2 == 0,
            actor="user:tester",
        )
        for index in range(60)
    )
    return row
