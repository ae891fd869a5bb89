"""Routes: protect configurations, their country rules, number overrides and associations."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from console.wire import presenters
from console.wire.paging import Listing
from console.wire.route import Route
from messaging import filters
from messaging.caller import Caller
from messaging.models import NumberOverride, ProtectConfiguration
from messaging.operations import protect_configurations, protect_rules
from messaging.operations.protect_configurations import named_protect

Given = Mapping[str, Any]
NOTHING: Given = {}


def protect_configuration(caller: Caller, row: ProtectConfiguration, given: Given = NOTHING) -> Any:
    """A protect configuration."""
    arn = caller.arn(f"protect-configuration/{row.protect_configuration_id}")
    return presenters.Presented(row, protect_configuration_arn=arn, tags=given.get("tags", []))


def number_override(caller: Caller, row: NumberOverride, given: Given = NOTHING) -> Any:
    """A number override with the configuration that it belongs to."""
    name = row.protect_configuration.protect_configuration_id
    return presenters.Presented(
        row,
        protect_configuration_id=name,
        protect_configuration_arn=caller.arn(f"protect-configuration/{name}"),
    )


def overrides_of_configuration(caller: Caller, given: Given) -> tuple[QuerySet[Any], Given]:
    """The number overrides of the configuration that the request names. Raises NotFound."""
    row = named_protect(caller, given["protect_configuration_id"])
    return NumberOverride.objects.filter(protect_configuration=row), {
        "protect_configuration_arn": row.arn,
        "protect_configuration_id": row.protect_configuration_id,
    }


ROUTES: dict[str, Route | Listing] = {
    "CreateProtectConfiguration": Route(protect_configurations.create_protect_configuration, protect_configuration),
    "UpdateProtectConfiguration": Route(protect_configurations.update_protect_configuration, protect_configuration),
    "DeleteProtectConfiguration": Route(protect_configurations.delete_protect_configuration, protect_configuration),
    "DescribeProtectConfigurations": Listing(
        ProtectConfiguration,
        filters=filters.PROTECT_CONFIGURATION_FILTERS,
        ids="ProtectConfigurationIds",
        present=protect_configuration,
    ),
    "AssociateProtectConfiguration": Route(protect_configurations.associate_protect_configuration),
    "DisassociateProtectConfiguration": Route(protect_configurations.disassociate_protect_configuration),
    "SetAccountDefaultProtectConfiguration": Route(protect_configurations.set_account_default_protect_configuration),
    "DeleteAccountDefaultProtectConfiguration": Route(
        protect_configurations.delete_account_default_protect_configuration
    ),
    "GetProtectConfigurationCountryRuleSet": Route(protect_rules.get_protect_configuration_country_rule_set),
    "UpdateProtectConfigurationCountryRuleSet": Route(protect_rules.update_protect_configuration_country_rule_set),
    "PutProtectConfigurationRuleSetNumberOverride": Route(
        protect_rules.put_protect_configuration_rule_set_number_override, number_override
    ),
    "DeleteProtectConfigurationRuleSetNumberOverride": Route(
        protect_rules.delete_protect_configuration_rule_set_number_override, number_override
    ),
    "ListProtectConfigurationRuleSetNumberOverrides": Listing(
        NumberOverride,
        filters=filters.NUMBER_OVERRIDE_FILTERS,
        within=overrides_of_configuration,
    ),
}
