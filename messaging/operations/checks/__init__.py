"""The checks of a send, in order. One walk serves three questions: send it, DryRun, and “what would happen?”.

Each check reads what it needs from the Send, writes what it finds there, and refuses by raising. The walk either stops
at the first refusal (sending) or goes on to the end and notes every verdict (checking before sending). A module holds
the checks of one subject; this one holds their order.
"""

from django.utils.translation import gettext_lazy as _

from messaging.errors import Refusal
from messaging.models import Channel
from messaging.operations.checks.body import check_body, check_options
from messaging.operations.checks.country_parameters import check_country_parameters
from messaging.operations.checks.destination import check_country, check_destination, check_sandbox
from messaging.operations.checks.identity import check_configuration_set, check_opt_out, check_originator
from messaging.operations.checks.media import check_media, check_mms_country
from messaging.operations.checks.money import check_price, check_spend_limit
from messaging.operations.checks.protect import check_protect
from messaging.operations.checks.send import Check, Outcome, Send, Verdict
from messaging.operations.checks.throughput import check_throughput
from messaging.operations.checks.voice import check_calls, check_price_per_minute, check_script, check_voice_country

TEXT, MMS, VOICE = frozenset({"SMS"}), frozenset({"MMS"}), frozenset({"VOICE"})
WRITTEN = TEXT | MMS
CHECKS: tuple[Check, ...] = (
    Check("destination", _("Destination"), "INVALID_PARAMETER", check_destination),
    Check("country", _("Country"), "DESTINATION_COUNTRY_BLOCKED", check_country, ("country",)),
    Check("media-country", _("MMS in the country"), "COUNTRY_NOT_ENABLED", check_mms_country, ("country",), MMS),
    Check(
        "voice-country",
        _("Voice in the country"),
        "DESTINATION_COUNTRY_BLOCKED",
        check_voice_country,
        ("country",),
        VOICE,
    ),
    Check("configuration-set", _("Configuration set"), "ResourceNotFoundException", check_configuration_set),
    Check("originator", _("Originator"), "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY", check_originator, ("country",)),
    Check(
        "country-parameters",
        _("Country parameters"),
        "INVALID_PARAMETER",
        check_country_parameters,
        ("country", "originator"),
        TEXT,
    ),
    Check("sandbox", _("Sandbox"), "DESTINATION_PHONE_NUMBER_NOT_VERIFIED", check_sandbox, ("destination",)),
    Check("opt-out", _("Opt-out"), "DESTINATION_PHONE_NUMBER_OPTED_OUT", check_opt_out, ("originator", "destination")),
    Check(
        "protect",
        _("Protect configuration"),
        "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
        check_protect,
        ("country", "destination"),
    ),
    Check("body", _("Message body"), "MAXIMUM_SIZE_EXCEEDED", check_body, (), TEXT),
    Check("media", _("Media and text"), "MISSING_PARAMETER", check_media, (), MMS),
    Check("script", _("What is said"), "MAXIMUM_SIZE_EXCEEDED", check_script, (), VOICE),
    Check("options", _("Options"), "INVALID_PARAMETER", check_options),
    Check("price", _("Price"), "PRICE_OVER_THRESHOLD", check_price, ("originator", "counted"), TEXT | MMS),
    Check(
        "price-per-minute", _("Price"), "PRICE_OVER_THRESHOLD", check_price_per_minute, ("originator", "counted"), VOICE
    ),
    Check("spend-limit", _("Spend limit"), "MONTHLY_SPEND_LIMIT_REACHED", check_spend_limit, ("counted", "price")),
    Check(
        "calls", _("Number of calls"), "DAILY_DESTINATION_CALL_LIMIT", check_calls, ("destination", "originator"), VOICE
    ),
    Check("throughput", _("Throughput"), "ThrottlingException", check_throughput, ("originator", "counted"), WRITTEN),
)
OF_CHANNEL: dict[str, tuple[Check, ...]] = {
    channel: tuple(check for check in CHECKS if channel in check.channels) for channel in Channel.values
}


def pass_all(send: Send) -> None:
    """Run the checks of the channel in order; the first refusal is raised."""
    for check in OF_CHANNEL[send.channel]:
        check.run(send)


def verdicts(send: Send) -> list[Verdict]:
    """Run every check that can run, whatever the others said."""
    said = []
    for check in OF_CHANNEL[send.channel]:
        if any(not getattr(send, need) for need in check.needs):
            said.append(Verdict(check.name, check.label, Outcome.NOT_REACHED, _("Waits for a check above")))
            continue
        try:
            found = check.run(send)
        except Refusal as refusal:
            said.append(Verdict(check.name, check.label, Outcome.REFUSED, refusal.message, refusal, refusal.resource))
        else:
            detail = found.text % found.values if found.values else found.text
            said.append(Verdict(check.name, check.label, Outcome.PASSED, detail, None, found.about))
    return said
