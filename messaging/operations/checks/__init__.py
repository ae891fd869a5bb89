"""The checks of a send, in order. One walk serves three questions: send it, DryRun, and “what would happen?”.

Each check reads what it needs from the Send, writes what it finds there, and refuses by raising. The walk either stops
at the first refusal (sending) or goes on to the end and notes every verdict (checking before sending). A module holds
the checks of one subject; this one holds their order.
"""

from django.utils.translation import gettext_lazy as _

from messaging.errors import Refusal
from messaging.models import Channel
from messaging.operations.checks.body import check_body, check_options
from messaging.operations.checks.destination import check_country, check_destination, check_sandbox
from messaging.operations.checks.identity import check_configuration_set, check_opt_out, check_originator
from messaging.operations.checks.money import check_price, check_spend_limit
from messaging.operations.checks.send import Check, Outcome, Send, Verdict

CHECKS: tuple[Check, ...] = (
    Check("destination", _("Destination"), "INVALID_PARAMETER", check_destination),
    Check("country", _("Country"), "DESTINATION_COUNTRY_BLOCKED", check_country, ("country",)),
    Check("configuration-set", _("Configuration set"), "ResourceNotFoundException", check_configuration_set),
    Check("originator", _("Originator"), "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY", check_originator, ("country",)),
    Check("sandbox", _("Sandbox"), "DESTINATION_PHONE_NUMBER_NOT_VERIFIED", check_sandbox, ("destination",)),
    Check("opt-out", _("Opt-out"), "DESTINATION_PHONE_NUMBER_OPTED_OUT", check_opt_out, ("originator", "destination")),
    Check("body", _("Message body"), "MAXIMUM_SIZE_EXCEEDED", check_body),
    Check("options", _("Options"), "INVALID_PARAMETER", check_options),
    Check("price", _("Price"), "PRICE_OVER_THRESHOLD", check_price, ("originator", "counted")),
    Check("spend-limit", _("Spend limit"), "MONTHLY_SPEND_LIMIT_REACHED", check_spend_limit, ("counted", "price")),
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
