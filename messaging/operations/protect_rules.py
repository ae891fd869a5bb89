"""The rules of protect configurations: of countries by channel, and of single destination numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Invalid, NotFound
from messaging.models import Channel, CountryRule, NumberOverride, ProtectConfiguration, ProtectStatus
from messaging.operations.opt_out_lists import parsed_number
from messaging.operations.protect_configurations import (
    NOTHING,
    create_protect_configuration,
    named_protect,
    set_protect_configuration_association,
)
from messaging.operations.registry import operation
from messaging.reference import countries, country_of, quotas

OVERRIDES_AT_ONCE = 500  # ours: one request, one transaction


@dataclass(frozen=True, slots=True)
class CountryRuleSet:
    """The rules of a configuration for one channel, every country included, as the API answers them."""

    row: ProtectConfiguration
    number_capability: str
    statuses: Mapping[str, str]

    @property
    def arn(self) -> str:
        return self.row.arn

    @property
    def protect_configuration_arn(self) -> str:
        return self.row.arn

    @property
    def protect_configuration_id(self) -> str:
        return self.row.protect_configuration_id

    @property
    def country_rule_set(self) -> dict[str, dict[str, str]]:
        return {country: {"protect_status": status} for country, status in self.statuses.items()}


@operation()
def get_protect_configuration_country_rule_set(
    caller: Caller, *, protect_configuration_id: str, number_capability: str
) -> CountryRuleSet:
    """The rules of all countries for a channel. Source: GetProtectConfigurationCountryRuleSet.

    Raises NotFound, Invalid for a channel that has none.
    """
    row = named_protect(caller, protect_configuration_id)
    return _rule_set(row, _channel(number_capability))


@operation()
def update_protect_configuration_country_rule_set(
    caller: Caller,
    *,
    protect_configuration_id: str,
    number_capability: str,
    country_rule_set_updates: Mapping[str, Mapping[str, str]],
) -> CountryRuleSet:
    """Change the rules of some countries for one channel. Source: UpdateProtectConfigurationCountryRuleSet.

    country_rule_set_updates is {"US": {"protect_status": "BLOCK"}}, at most 300. Answers the rules of all countries.
    Raises NotFound, Invalid.
    """
    row = named_protect(caller, protect_configuration_id, lock=True)
    channel = _channel(number_capability)
    wanted = _checked(country_rule_set_updates)
    allowed = [country for country, status in wanted.items() if status == ProtectStatus.ALLOW]
    row.rules.filter(number_capability=channel, iso_country_code__in=allowed).delete()
    CountryRule.objects.bulk_create(
        [
            CountryRule(
                protect_configuration=row, number_capability=channel, iso_country_code=country, protect_status=status
            )
            for country, status in wanted.items()
            if status != ProtectStatus.ALLOW
        ],
        update_conflicts=True,
        unique_fields=["protect_configuration", "number_capability", "iso_country_code"],
        update_fields=["protect_status"],
    )
    return _rule_set(row, channel)


def _checked(updates: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    limit = quotas()["country_rule_updates"].value
    if not 0 < len(updates) <= limit:
        raise Invalid(
            _("One update changes 1 to %(limit)s countries.") % {"limit": limit},
            fields={"country_rule_set_updates": _("Name 1 to %(limit)s countries.") % {"limit": limit}},
        )
    wanted = {country: update["protect_status"] for country, update in updates.items()}
    unknown = [country for country in wanted if country not in countries()]
    if unknown:
        raise Invalid(
            _("Messages cannot be sent to these countries: %(countries)s.") % {"countries": ", ".join(unknown[:10])},
            fields={"country_rule_set_updates": _("Use ISO codes of supported countries, such as US.")},
        )
    wrong = [status for status in wanted.values() if status not in ProtectStatus.values]
    if wrong:
        raise Invalid(
            _("“%(status)s” is not a country rule.") % {"status": wrong[0]},
            fields={"country_rule_set_updates": _("Give ALLOW, BLOCK, MONITOR or FILTER.")},
        )
    return wanted


def _channel(number_capability: str) -> str:
    if number_capability not in Channel.values:
        raise Invalid(
            _("Country rules are for SMS, MMS and voice, not for %(given)s.") % {"given": number_capability},
            fields={"number_capability": _("Give SMS, MMS or VOICE.")},
        )
    return number_capability


def _rule_set(row: ProtectConfiguration, channel: str) -> CountryRuleSet:
    set_here = dict(row.rules.filter(number_capability=channel).values_list("iso_country_code", "protect_status"))
    return CountryRuleSet(row, channel, {code: set_here.get(code, ProtectStatus.ALLOW.value) for code in countries()})


# Number overrides


@operation(resource=lambda entry: f"{entry.protect_configuration.arn}#{entry.destination_phone_number}")
def put_protect_configuration_rule_set_number_override(
    caller: Caller,
    *,
    protect_configuration_id: str,
    destination_phone_number: str,
    action: str,
    expiration_timestamp: datetime | None = None,
) -> NumberOverride:
    """Allow or block one destination whatever its country's rule says. Source: PutProtectConfigurationRuleSet….

    A number that has an override gets the new action and expiry (simulated time; None is for good) and keeps its age.
    Raises NotFound, Invalid.
    """
    row = named_protect(caller, protect_configuration_id, lock=True)
    return _put(row, destination_phone_number, action, expiration_timestamp)


@operation(resource=lambda row: row.arn)
def put_protect_configuration_number_overrides(
    caller: Caller,
    *,
    protect_configuration_id: str,
    destination_phone_numbers: Sequence[str],
    action: str,
    expiration_timestamp: datetime | None = None,
) -> ProtectConfiguration:
    """The same for up to 500 numbers at once, all or none. Raises NotFound, Invalid naming the first number's fault."""
    row = named_protect(caller, protect_configuration_id, lock=True)
    if not 0 < len(destination_phone_numbers) <= OVERRIDES_AT_ONCE:
        raise Invalid(
            _("1 to %(limit)s numbers can be given at once.") % {"limit": OVERRIDES_AT_ONCE},
            fields={"destination_phone_numbers": _("Give 1 to %(limit)s numbers.") % {"limit": OVERRIDES_AT_ONCE}},
        )
    for number in destination_phone_numbers:
        _put(row, number, action, expiration_timestamp, field="destination_phone_numbers")
    return row


@operation(resource=lambda entry: f"{entry.protect_configuration.arn}#{entry.destination_phone_number}")
def delete_protect_configuration_rule_set_number_override(
    caller: Caller, *, protect_configuration_id: str, destination_phone_number: str
) -> NumberOverride:
    """Drop the override of a number and return it. Source: DeleteProtectConfigurationRuleSetNumberOverride.

    Raises NotFound.
    """
    row = named_protect(caller, protect_configuration_id, lock=True)
    number = parsed_number(destination_phone_number, "destination_phone_number")
    found = row.overrides.filter(destination_phone_number=number).first()
    if found is None:
        raise NotFound(
            "protect-configuration",
            f"{row.protect_configuration_id}#{number}",
            next_step=_("This number has no override in the protect configuration."),
        )
    found.protect_configuration = row
    NumberOverride.objects.filter(pk=found.pk).delete()
    return found


def _put(
    row: ProtectConfiguration,
    given: str,
    action: str,
    expiration_timestamp: datetime | None,
    field: str = "destination_phone_number",
) -> NumberOverride:
    number = parsed_number(given, field)
    if action not in NumberOverride.Action.values:
        raise Invalid(
            _("“%(action)s” is not what an override can do.") % {"action": action},
            fields={"action": _("Give ALLOW or BLOCK.")},
        )
    now = clock.now()
    if expiration_timestamp is not None and expiration_timestamp <= now:
        raise Invalid(
            _("The override would be over before it begins."),
            fields={"expiration_timestamp": _("Give a time to come, or none for an override that stays.")},
        )
    found, _made = row.overrides.update_or_create(
        destination_phone_number=number,
        defaults={"action": action, "expiration_timestamp": expiration_timestamp},
        create_defaults={
            "action": action,
            "expiration_timestamp": expiration_timestamp,
            "iso_country_code": country_of(number),
            "created_timestamp": now,
        },
    )
    found.protect_configuration = row
    return found


@operation(resource=lambda row: row.arn)
def set_up_protect_configuration(
    caller: Caller,
    *,
    deletion_protection_enabled: bool = False,
    tags: Sequence[Mapping[str, str]] = (),
    country_rules: Mapping[str, Mapping[str, str]] | None = None,
    association: str = NOTHING,
    configuration_set_names: Sequence[str] = (),
) -> ProtectConfiguration:
    """Make a configuration with rules by channel ({"SMS": {"FR": "BLOCK"}}) and its association, all or nothing.

    Raises what the operations that it is made of raise.
    """
    row = create_protect_configuration(caller, deletion_protection_enabled=deletion_protection_enabled, tags=tags)
    for channel, statuses in (country_rules or {}).items():
        update_protect_configuration_country_rule_set(
            caller,
            protect_configuration_id=row.protect_configuration_id,
            number_capability=channel,
            country_rule_set_updates={code: {"protect_status": status} for code, status in statuses.items()},
        )
    return set_protect_configuration_association(
        caller,
        protect_configuration_id=row.protect_configuration_id,
        association=association,
        configuration_set_names=configuration_set_names,
    )
