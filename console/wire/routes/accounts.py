"""Routes: the account."""

from console.wire.paging import Items
from messaging.operations import accounts

ROUTES: dict[str, Items] = {
    "DescribeAccountAttributes": Items(accounts.describe_account_attributes),
    "DescribeAccountLimits": Items(accounts.describe_account_limits),
}
