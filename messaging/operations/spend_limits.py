"""Monthly spend limits of text, media and voice messages: the account's, and a lower one that it enforces on itself.

Rules: behaviour_rules.json, spend.*. Limits are whole US dollars here, as in the API, and units of 0.00001 USD in the
tables. Sending stops at the lower of the two, at once: acceptance adds what a message costs to the month's spend and
looks at the limit in one statement (sending.py), so nothing is billed in between.
"""

from typing import Literal, TypedDict

from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Invalid, Text
from messaging.models import RegionalAccount
from messaging.operations.accounts import owner_of
from messaging.operations.registry import operation

Channel = Literal["TEXT", "MEDIA", "VOICE"]
CHANNELS: tuple[Channel, ...] = ("TEXT", "MEDIA", "VOICE")
UNITS_PER_DOLLAR = 100_000
MOST_DOLLARS = 1_000_000_000  # MonthlyLimit of the service model

TOO_HIGH: dict[Channel, Text] = {
    "TEXT": _("The account limit for text messages is %(most)s USD a month; the enforced limit cannot be higher."),
    "MEDIA": _("The account limit for media messages is %(most)s USD a month; the enforced limit cannot be higher."),
    "VOICE": _("The account limit for voice messages is %(most)s USD a month; the enforced limit cannot be higher."),
}


class Override(TypedDict):
    """What setting or deleting an override answers."""

    monthly_limit: int


@operation()
def describe_spend_limits(caller: Caller) -> list[dict[str, object]]:
    """Per channel: enforced and account limit in whole US dollars, overridden or not. Source: DescribeSpendLimits."""
    owner = owner_of(caller)
    return [
        {
            "name": f"{channel}_MESSAGE_MONTHLY_SPEND_LIMIT",
            "enforced_limit": owner.spend_limit(channel) // UNITS_PER_DOLLAR,
            "max_limit": account_limit(owner, channel) // UNITS_PER_DOLLAR,
            "overridden": override(owner, channel) is not None,
        }
        for channel in CHANNELS
    ]


@operation(resource=lambda _answer: "TEXT")
def set_text_message_spend_limit_override(caller: Caller, *, monthly_limit: int) -> Override:
    """Stop text messages at monthly_limit US dollars a month. Source: SetTextMessageSpendLimitOverride.

    Raises Invalid REQUESTED_SPEND_LIMIT_HIGHER_THAN_SERVICE_LIMIT above the account limit.
    """
    return _set(caller, "TEXT", monthly_limit)


@operation(resource=lambda _answer: "MEDIA")
def set_media_message_spend_limit_override(caller: Caller, *, monthly_limit: int) -> Override:
    """The same for media messages. Source: SetMediaMessageSpendLimitOverride."""
    return _set(caller, "MEDIA", monthly_limit)


@operation(resource=lambda _answer: "VOICE")
def set_voice_message_spend_limit_override(caller: Caller, *, monthly_limit: int) -> Override:
    """The same for voice messages. Source: SetVoiceMessageSpendLimitOverride."""
    return _set(caller, "VOICE", monthly_limit)


@operation(resource=lambda _answer: "TEXT")
def delete_text_message_spend_limit_override(caller: Caller) -> Override:
    """Let the account limit hold for text messages again; returns it. Source: DeleteTextMessageSpendLimitOverride."""
    return _delete(caller, "TEXT")


@operation(resource=lambda _answer: "MEDIA")
def delete_media_message_spend_limit_override(caller: Caller) -> Override:
    """The same for media messages. Source: DeleteMediaMessageSpendLimitOverride."""
    return _delete(caller, "MEDIA")


@operation(resource=lambda _answer: "VOICE")
def delete_voice_message_spend_limit_override(caller: Caller) -> Override:
    """The same for voice messages. Source: DeleteVoiceMessageSpendLimitOverride."""
    return _delete(caller, "VOICE")


@operation(resource=lambda owner: f"{owner.account_id}/{owner.region}")
def set_account_spend_limit(caller: Caller, *, channel: str, monthly_limit: int) -> RegionalAccount:
    """Change the account limit itself, as a granted support case does; that of text messages moves media along.

    Where no override is set, the enforced limit follows; an override above the new limit counts no longer. Raises
    Invalid for an unknown channel or a limit outside 0 to MOST_DOLLARS. Source: behaviour_rules.json, spend.channels.
    """
    if channel not in CHANNELS:
        raise Invalid(
            _("“%(channel)s” has no spend limit.") % {"channel": channel}, fields={"channel": _("Choose one.")}
        )
    if not 0 <= monthly_limit <= MOST_DOLLARS:
        raise Invalid(
            _("A monthly limit of %(limit)s USD is not possible.") % {"limit": monthly_limit},
            fields={"monthly_limit": _("Write a whole number of US dollars.")},
        )
    changes = {"TEXT": ("text", "media"), "MEDIA": ("media",), "VOICE": ("voice",)}[channel]
    RegionalAccount.objects.filter(pk=caller.owner_id).update(
        **{f"{name}_spend_limit": monthly_limit * UNITS_PER_DOLLAR for name in changes}
    )
    return owner_of(caller)


def account_limit(owner: RegionalAccount, channel: str) -> int:
    """The limit that the service gives an account, in 0.00001 USD."""
    return int(getattr(owner, f"{channel.lower()}_spend_limit"))


def override(owner: RegionalAccount, channel: str) -> int | None:
    """The limit that the account enforces on itself, in 0.00001 USD, or None."""
    found: int | None = getattr(owner, f"{channel.lower()}_spend_override")
    return found


def _set(caller: Caller, channel: Channel, monthly_limit: int) -> Override:
    owner = RegionalAccount.objects.select_for_update(no_key=True).get(pk=caller.owner_id)
    most = account_limit(owner, channel)
    if monthly_limit * UNITS_PER_DOLLAR > most:
        shown = f"{most / UNITS_PER_DOLLAR:,.0f}"
        raise Invalid(
            TOO_HIGH[channel] % {"most": shown},
            reason="REQUESTED_SPEND_LIMIT_HIGHER_THAN_SERVICE_LIMIT",
            fields={"monthly_limit": _("Give at most %(most)s USD.") % {"most": shown}},
            next_step=_("Choose a lower limit, or ask for a higher account limit with a support case."),
        )
    _write(owner, channel, monthly_limit * UNITS_PER_DOLLAR)
    return {"monthly_limit": monthly_limit}


def _delete(caller: Caller, channel: Channel) -> Override:
    owner = owner_of(caller)
    _write(owner, channel, None)
    return {"monthly_limit": account_limit(owner, channel) // UNITS_PER_DOLLAR}


def _write(owner: RegionalAccount, channel: Channel, units: int | None) -> None:
    RegionalAccount.objects.filter(pk=owner.pk).update(**{f"{channel.lower()}_spend_override": units})
