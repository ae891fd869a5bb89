"""The operations of the API and what answers each: every module of console/wire/routes, gathered.

A route is a Route for an operation that changes state or sends, a Listing over a table, a Chain of them, or Items or
Computed over a short computed list. A new operation moves from UNSUPPORTED to the ROUTES of its resource's module.
"""

import pkgutil
from importlib import import_module

from console.wire import routes
from console.wire.paging import Chain, Computed, Items, Listing
from console.wire.route import Route

ROUTES: dict[str, Route | Listing | Chain | Items | Computed] = {}
for _module in pkgutil.iter_modules(routes.__path__, f"{routes.__name__}."):
    ROUTES |= import_module(_module.name).ROUTES

# Refused by name with ValidationException UNKNOWN_OPERATION; a test holds both tables to the service model.
UNSUPPORTED = frozenset(
    {
        "CreateNotifyConfiguration",
        "CreateRcsAgent",
        "DeleteNotifyConfiguration",
        "DeleteNotifyMessageSpendLimitOverride",
        "DeleteRcsAgent",
        "DeleteRcsMessageSpendLimitOverride",
        "DeleteResourcePolicy",
        "DescribeNotifyConfigurations",
        "DescribeNotifyTemplates",
        "DescribeRcsAgentCountryLaunchStatus",
        "DescribeRcsAgents",
        "GetResourcePolicy",
        "ListAvailablePhoneNumbers",
        "ListNotifyCountries",
        "PutResourcePolicy",
        "SendNotifyTextMessage",
        "SendNotifyVoiceMessage",
        "SendRcsMessage",
        "SetNotifyMessageSpendLimitOverride",
        "SetRcsMessageSpendLimitOverride",
        "UpdateNotifyConfiguration",
        "UpdateRcsAgent",
    }
)
