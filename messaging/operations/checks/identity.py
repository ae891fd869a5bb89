"""What a message is sent from and under: the configuration set, the originator, and the originator's opt-out list."""

from django.utils.translation import gettext_lazy as _

from messaging.errors import Conflict, Resource
from messaging.models import MessageType, OptedOutNumber
from messaging.operations import originators
from messaging.operations.checks.send import Found, Send
from messaging.operations.configuration_sets import named_set
from messaging.operations.sender_ids import message_type_of


def check_configuration_set(send: Send) -> Found:
    if not send.configuration_set_name:
        return Found(_("None: no events are published"))
    name = send.configuration_set_name
    send.configuration_set = row = send.account.remember(("set", name), lambda: named_set(send.caller, name))
    if not send.message_type:
        send.message_type = row.default_message_type
    if send.message_feedback_enabled is None:
        send.message_feedback_enabled = row.default_message_feedback_enabled
    return Found(row.configuration_set_name, {}, Resource("configuration-set", row.configuration_set_name))


def check_originator(send: Send) -> Found:
    send.originator = originators.resolve(
        send.caller,
        send.account,
        origination_identity=send.origination_identity,
        wanted=originators.Wanted(
            send.destination,
            send.country,
            send.message_type,
            send.configuration_set.default_sender_id if send.configuration_set else "",
            send.channel,
            send.verification,
        ),
        candidates=send.candidates,
    )
    send.message_type = send.message_type or _message_type(send.originator, send.country)
    about = _identity(send.originator)
    return Found(_("%(identity)s (%(type)s)"), {"identity": send.originator.shown, "type": send.originator.type}, about)


def _message_type(originator: originators.Originator, country: str) -> str:
    """What a message is that nobody calls transactional or promotional."""
    if originator.number:
        return originator.number.message_type
    by_form = message_type_of(originator.shown, country) if originator.type == originators.SENDER_ID else ""
    return by_form or MessageType.TRANSACTIONAL.value


def _identity(originator: originators.Originator) -> Resource | None:
    if originator.number:
        return Resource("phone-number", originator.id)
    return Resource("sender-id", originator.id) if originator.type == originators.SENDER_ID else None


def check_opt_out(send: Send) -> Found:
    assert send.originator
    list_id = send.originator.opt_out_list_id
    if send.account.is_opted_out(send.origination_identity, list_id, send.destination):
        found = OptedOutNumber.objects.select_related("opt_out_list").get(
            opt_out_list_id=list_id, opted_out_number=send.destination
        )
        name = found.opt_out_list.opt_out_list_name
        raise Conflict(
            _("%(number)s has opted out: it is on the opt-out list %(list)s since %(since)s.")
            % {"number": send.destination, "list": name, "since": f"{found.opted_out_timestamp:%Y-%m-%d %H:%M} UTC"},
            reason="DESTINATION_PHONE_NUMBER_OPTED_OUT",
            resource=Resource("opt-out-list", name),
            fields={"destination_phone_number": _("This recipient has opted out.")},
            next_step=_("Do not write to this recipient until they opt in again (START)."),
        )
    about = Resource("opt-out-list", send.originator.opt_out_list_name)
    return Found(_("Not on the opt-out list of the originator"), {}, about)
