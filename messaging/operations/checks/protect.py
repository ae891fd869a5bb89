"""Whether a protect configuration lets a message go where it goes.

A destination that a rule blocks is refused: ConflictException DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION for
a country's rule, DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE for an override. The user guide knows no
other answer, so a blocked send has no message and no event. MONITOR and FILTER stand in the service model and on the
service's page on country rule modes only: both let the send through. With FILTER the service then stops what it takes
for artificially inflated traffic, and that is where TEXT_PROTECT_BLOCKED comes from; with MONITOR it stops nothing and
events say which rule it was (protectConfiguration). Which traffic is suspected, the handset's behaviour says
(messaging/carrier/simulator.py). The same walk serves SMS, MMS and voice.
"""

from django.utils.translation import gettext_lazy as _

from messaging.errors import Conflict, Resource
from messaging.models import ProtectStatus
from messaging.operations.checks.send import Found, Send
from messaging.operations.protect_decision import Decision, Source, decide

NAMED_BY = {
    Source.REQUEST: _("named by the request"),
    Source.CONFIGURATION_SET: _("that of the configuration set"),
    Source.ACCOUNT_DEFAULT: _("the account default"),
}
ALLOWED = {
    ProtectStatus.ALLOW: _("%(country)s is allowed for %(channel)s by %(configuration)s, %(source)s"),
    ProtectStatus.MONITOR: _("%(country)s is monitored for %(channel)s by %(configuration)s, %(source)s"),
    ProtectStatus.FILTER: _("%(country)s is filtered for %(channel)s by %(configuration)s, %(source)s"),
}


def check_protect(send: Send) -> Found:
    decision = send.protect = decide(
        send.caller,
        send.account,
        protect_configuration_id=send.protect_configuration_id,
        configuration_set=send.configuration_set,
        destination=send.destination,
        country=send.country,
        channel=send.channel,
    )
    if decision.rules is None:
        return Found(_("No protect configuration applies"))
    about = Resource("protect-configuration", decision.protect_configuration_id)
    if decision.status == ProtectStatus.BLOCK:
        raise _blocked(send, decision, about)
    said = {
        "country": send.country,
        "channel": send.channel,
        "number": send.destination,
        "configuration": decision.protect_configuration_id,
        "source": NAMED_BY[decision.source],
    }
    if decision.override is not None:
        return Found(_("%(number)s is allowed by an override of %(configuration)s, %(source)s"), said, about)
    return Found(ALLOWED[ProtectStatus(decision.status)], said, about)


def _blocked(send: Send, decision: Decision, about: Resource) -> Conflict:
    configuration = decision.protect_configuration_id
    if decision.override is not None:
        return Conflict(
            _("%(number)s is blocked by a number override of the protect configuration %(configuration)s.")
            % {"number": send.destination, "configuration": configuration},
            reason="DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE",
            resource=about,
            fields={"destination_phone_number": _("An override blocks this number.")},
            next_step=_("Delete the override or let it run out, or send under another protect configuration."),
        )
    return Conflict(
        _("%(country)s is blocked for %(channel)s by the protect configuration %(configuration)s, %(source)s.")
        % {
            "country": send.country,
            "channel": send.channel,
            "configuration": configuration,
            "source": NAMED_BY[decision.source],
        },
        reason="DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
        resource=about,
        fields={"destination_phone_number": _("A protect configuration blocks this country.")},
        next_step=_("Allow the country or this number there, or send under another protect configuration."),
    )
