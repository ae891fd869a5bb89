"""Whether the originator and the recipient can take the message now."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from messaging.models import NumberType
from messaging.operations import throughput
from messaging.operations.checks.send import Found, Send


def rates_met(send: Send) -> list[throughput.Rate]:
    """The rates that an accepted message uses up. Simulator traffic and verification codes meet none.

    The guide gives simulator numbers no rate, and what is sent to one never reaches a carrier.
    """
    assert send.originator and send.counted
    unlimited = send.to_simulator or send.verification or send.originator.type == NumberType.SIMULATOR
    if unlimited or not settings.SWITCHBOARD_THROUGHPUT:
        return []
    return throughput.rates_of(
        send.account,
        channel=send.channel,
        number=send.originator.number,
        identity=send.originator.id,
        originator_type=send.originator.type,
        country=send.country,
        destination=send.destination,
        units=send.counted.parts,
    )


def check_throughput(send: Send) -> Found:
    """One statement; none for a simulator."""
    rates = rates_met(send)
    if not rates:
        return Found(_("Not limited"))
    met = throughput.full(send.account.owner_id, rates)
    if met:
        raise throughput.refusal(*met)
    send.rates = rates
    said = {"seconds": f"{rates[0].interval * rates[0].units / throughput.SECOND:g}"}
    return Found(_("Free now; this message keeps the originator for %(seconds)s s"), said)
