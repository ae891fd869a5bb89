"""Which rule of which protect configuration decides about a destination.

Precedence (behaviour_rules.json, protect.order): the configuration that the request names, else that of its
configuration set, else the account default, else none. Within one, an override of the number decides before the rule of
the country (api_actions_newer.csv; the service's page on override processing). Rules of one configuration never mix
with those of another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from messaging import clock
from messaging.caller import Caller
from messaging.models import ConfigurationSet, NumberOverride, ProtectConfiguration, ProtectStatus
from messaging.operations.protect_configurations import default_protect, named_protect
from messaging.operations.snapshot import Snapshot
from messaging.prepared import Prepared

_OVERRIDE = Prepared(
    lambda configuration, number: NumberOverride.objects.filter(
        protect_configuration_id=configuration, destination_phone_number=number
    ),
    -7, "?number",
)  # fmt: skip


class Source(StrEnum):
    """Where the configuration that applies comes from, in order of precedence."""

    REQUEST = "REQUEST"
    CONFIGURATION_SET = "CONFIGURATION_SET"
    ACCOUNT_DEFAULT = "ACCOUNT_DEFAULT"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Rules:
    """A configuration as sends remember it: statuses by (channel, country) other than ALLOW, and whether any number
    has an override; the overrides themselves may be many and are looked up one by one."""

    pk: int
    protect_configuration_id: str
    statuses: Mapping[tuple[str, str], str]
    has_overrides: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Which rule applies to a destination. rules and status are None and empty when no configuration applies.

    override decides when it is there and has not expired; expired is one that would have, until then.
    """

    source: Source
    rules: Rules | None = None
    status: str = ""
    override: NumberOverride | None = None
    expired: NumberOverride | None = None

    @property
    def protect_configuration_id(self) -> str:
        return self.rules.protect_configuration_id if self.rules else ""


def decide(
    caller: Caller,
    account: Snapshot,
    *,
    protect_configuration_id: str,
    configuration_set: ConfigurationSet | None,
    destination: str,
    country: str,
    channel: str,
) -> Decision:
    """The rule for a destination (E.164) in a country on a channel. Raises NotFound for an unknown configuration.

    Costs no query for what the account's snapshot remembers; one prepared statement where numbers have overrides.
    """
    source, rules = _applies(caller, account, protect_configuration_id, configuration_set)
    if rules is None:
        return Decision(source)
    found = _OVERRIDE.first(rules.pk, destination) if rules.has_overrides else None
    if found is not None and not is_over(found):
        return Decision(source, rules, found.action, found)
    status = rules.statuses.get((channel, country), ProtectStatus.ALLOW.value)
    return Decision(source, rules, status, None, found)


def _applies(
    caller: Caller, account: Snapshot, requested: str, configuration_set: ConfigurationSet | None
) -> tuple[Source, Rules | None]:
    if requested:
        return Source.REQUEST, remembered(caller, account, requested)
    if configuration_set and configuration_set.protect_configuration_id:
        found = remembered(caller, account, configuration_set.protect_configuration_id)
        return Source.CONFIGURATION_SET, found
    by_default = account.remember(("protect",), lambda: _default_rules(caller))
    return (Source.ACCOUNT_DEFAULT, by_default) if by_default else (Source.NONE, None)


def remembered(caller: Caller, account: Snapshot, protect_configuration_id: str) -> Rules:
    """The rules of a configuration by id or ARN, kept while the account's settings stand. Raises NotFound."""
    key = ("protect", protect_configuration_id)
    return account.remember(key, lambda: rules_of(named_protect(caller, protect_configuration_id)))


def _default_rules(caller: Caller) -> Rules | None:
    row = default_protect(caller)
    return rules_of(row) if row else None


def rules_of(row: ProtectConfiguration) -> Rules:
    """What sends need of a configuration. Two queries."""
    rows = row.rules.values_list("number_capability", "iso_country_code", "protect_status")
    statuses = {(channel, country): status for channel, country, status in rows}
    return Rules(row.pk, row.protect_configuration_id, statuses, row.overrides.exists())


def is_over(override: NumberOverride) -> bool:
    """Whether an override counts no more: its time has come by the clock."""
    return override.expiration_timestamp is not None and override.expiration_timestamp <= clock.now()
