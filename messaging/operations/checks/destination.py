"""Where a message goes: the number, its country, and whether a sandbox account may write to it."""

from django.utils.translation import gettext_lazy as _

from messaging.errors import Conflict, Invalid, Resource
from messaging.models import Tier, VerifiedDestinationNumber
from messaging.operations.checks.send import Found, Send
from messaging.operations.opt_out_lists import parsed_number
from messaging.reference import countries, country_of, simulator_number

UNSENDABLE = {"CU", "IR", "KP", "SY", "SD"}  # country_rules.json, unsendable


def check_destination(send: Send) -> Found:
    send.destination = parsed_number(send.destination_phone_number, "destination_phone_number")
    send.to_simulator = simulator_number(send.destination) is not None
    country = country_of(send.destination)
    if not country:
        raise Invalid(
            _("%(number)s belongs to no country that is known.") % {"number": send.destination},
            fields={"destination_phone_number": _("Check the country code.")},
        )
    send.country = country
    return Found(_("%(number)s, %(country)s"), {"number": send.destination, "country": country})


def check_country(send: Send) -> Found:
    if send.country in UNSENDABLE or send.country not in countries():
        country, send.country = send.country, ""  # nothing is known of it that later checks could go by
        raise Invalid(
            _("Messages cannot be sent to the country %(country)s.") % {"country": country},
            reason="DESTINATION_COUNTRY_BLOCKED",
            fields={"destination_phone_number": _("Choose a destination in a supported country.")},
        )
    return Found(_("%(country)s is supported"), {"country": send.country})


def check_sandbox(send: Send) -> Found:
    about = Resource("account", send.account.account_id)
    if send.account.tiers[send.channel] == Tier.PRODUCTION:
        return Found(_("Production account"), {}, about)
    if send.verification:
        return Found(_("Sandbox account, verification code"), {}, about)
    if not send.to_simulator and is_verified(send.account.owner_id, send.destination):
        return Found(_("Sandbox account, verified destination number"), {}, about)
    if not send.to_simulator:
        raise Conflict(
            _("The account is in the sandbox, and %(number)s is not a verified destination number.")
            % {"number": send.destination},
            reason="DESTINATION_PHONE_NUMBER_NOT_VERIFIED",
            resource=Resource("verified-destination-number", send.destination),
            fields={"destination_phone_number": _("Verify this number, or send to a simulator such as +14254147755.")},
            next_step=_("Verify the number, send to a simulator destination, or ask for production access."),
        )
    return Found(_("Sandbox account, simulator destination"), {}, about)


def is_verified(owner_id: int, number: str) -> bool:
    """Whether a destination number of the account is verified."""
    verified = VerifiedDestinationNumber.Status.VERIFIED
    rows = VerifiedDestinationNumber.objects.filter(owner_id=owner_id, destination_phone_number=number)
    return rows.filter(status=verified).exists()
