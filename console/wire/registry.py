"""The operations of the API and what answers each: every module of console/wire/routes, gathered.

A route is a Route for an operation that changes state or sends, a Listing over a table, a Chain of them, or Items over
a short computed list. A new operation moves from UNSUPPORTED to the ROUTES of its resource's module.
"""

import pkgutil
from importlib import import_module

from console.wire import routes
from console.wire.paging import Chain, Items, Listing
from console.wire.route import Route

ROUTES: dict[str, Route | Listing | Chain | Items] = {}
for _module in pkgutil.iter_modules(routes.__path__, f"{routes.__name__}."):
    ROUTES |= import_module(_module.name).ROUTES

# Refused by name with ValidationException UNKNOWN_OPERATION; a test holds both tables to the service model.
UNSUPPORTED = frozenset(
    {
        "AssociateProtectConfiguration",
        "CarrierLookup",
        "CreateNotifyConfiguration",
        "CreateProtectConfiguration",
        "CreateRcsAgent",
        "CreateRegistration",
        "CreateRegistrationAssociation",
        "CreateRegistrationAttachment",
        "CreateRegistrationVersion",
        "DeleteAccountDefaultProtectConfiguration",
        "DeleteNotifyConfiguration",
        "DeleteNotifyMessageSpendLimitOverride",
        "DeleteProtectConfiguration",
        "DeleteProtectConfigurationRuleSetNumberOverride",
        "DeleteRcsAgent",
        "DeleteRcsMessageSpendLimitOverride",
        "DeleteRegistration",
        "DeleteRegistrationAttachment",
        "DeleteRegistrationFieldValue",
        "DeleteResourcePolicy",
        "DescribeNotifyConfigurations",
        "DescribeNotifyTemplates",
        "DescribeProtectConfigurations",
        "DescribeRcsAgentCountryLaunchStatus",
        "DescribeRcsAgents",
        "DescribeRegistrationAttachments",
        "DescribeRegistrationFieldDefinitions",
        "DescribeRegistrationFieldValues",
        "DescribeRegistrationSectionDefinitions",
        "DescribeRegistrationTypeDefinitions",
        "DescribeRegistrationVersions",
        "DescribeRegistrations",
        "DisassociateProtectConfiguration",
        "DiscardRegistrationVersion",
        "GetProtectConfigurationCountryRuleSet",
        "GetResourcePolicy",
        "ListAvailablePhoneNumbers",
        "ListNotifyCountries",
        "ListProtectConfigurationRuleSetNumberOverrides",
        "ListRegistrationAssociations",
        "PutProtectConfigurationRuleSetNumberOverride",
        "PutRegistrationFieldValue",
        "PutResourcePolicy",
        "SendNotifyTextMessage",
        "SendNotifyVoiceMessage",
        "SendRcsMessage",
        "SendVoiceMessage",
        "SetAccountDefaultProtectConfiguration",
        "SetNotifyMessageSpendLimitOverride",
        "SetRcsMessageSpendLimitOverride",
        "SubmitRegistrationVersion",
        "UpdateNotifyConfiguration",
        "UpdateProtectConfiguration",
        "UpdateProtectConfigurationCountryRuleSet",
        "UpdateRcsAgent",
    }
)
