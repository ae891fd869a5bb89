"""What single countries ask of a text beyond its destination: India's ids, China's templates, Singapore's register.

Sources: country_rules.json (footnotes 2, 3 and 5, china_templates); behaviour_rules.json, send.india and
sender_id.format; the description of DestinationCountryParameters in the service model, by which the ids are used for
sender IDs to India only: elsewhere they are left out of account, as in the guide's own example, which gives them for a
number in the US. A text that is not that of its template is accepted and stopped by the carriers
(messaging/operations/message_templates.py); the check only says so beforehand.

The templates are read once per settings version of the account, so that a send costs no query more.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from messaging.errors import Conflict, Invalid, Resource, Text
from messaging.operations.checks.send import Found, Send
from messaging.operations.message_templates import CHINA, ENTITY_ID, INDIA, TEMPLATE_ID, fits, templates_of
from messaging.operations.originators import SENDER_ID
from messaging.operations.sender_display import LIKELY_SCAM, SINGAPORE, is_likely_scam, registered_in_singapore
from messaging.operations.sender_ids import message_type_of

TEMPLATES = Resource("message-template", "")


def check_country_parameters(send: Send) -> Found:
    if send.country == INDIA:
        return _india(send)
    if send.country == CHINA:
        return _china(send)
    if send.country == SINGAPORE and is_unregistered_in_singapore(send):
        assert send.originator
        return Found(
            _("%(sender_id)s is not registered in Singapore: handsets show %(shown)s, and carriers may filter it"),
            {"sender_id": send.originator.shown, "shown": LIKELY_SCAM},
            Resource("sender-id", send.originator.id) if send.originator.because != "given-dynamic" else None,
        )
    if send.destination_country_parameters:
        return Found(_("Country parameters are for India only and are not used here"))
    return Found(_("%(country)s asks for none"), {"country": send.country})


def is_unregistered_in_singapore(send: Send) -> bool:
    """Whether the originator is a sender ID that the register of Singapore does not have."""
    originator = send.originator
    if originator is None or originator.type != SENDER_ID:
        return False
    names = send.account.remember("registered-in-singapore", lambda: registered_in_singapore(send.account.owner_id))
    return is_likely_scam(originator.shown, names)


def _templates(send: Send) -> Mapping[tuple[str, str], str]:
    country = send.country
    return send.account.remember(("templates", country), lambda: templates_of(send.account.owner_id, country))


def _india(send: Send) -> Found:
    """With a registered sender ID both ids, which the account must have; without one, neither."""
    assert send.originator
    given = send.destination_country_parameters
    if send.originator.type != SENDER_ID:
        if given:
            raise _refused(
                _("An entity and template go with a registered sender ID only, not with %(originator)s.")
                % {"originator": send.originator.shown},
                "INVALID_PARAMETER",
                _("Leave both out, or send from a registered sender ID."),
            )
        return Found(_("Without a sender ID: the international route, whose recipients see a random numeric sender"))
    _check_kind(send.originator.shown, send.message_type)
    missing = [name for name in (ENTITY_ID, TEMPLATE_ID) if not given.get(name)]
    if missing:
        raise _refused(
            _("A sender ID sends to India with %(names)s.") % {"names": ", ".join(missing)},
            "MISSING_PARAMETER",
            _("Give the entity ID and the template ID of the registry."),
        )
    templates = _templates(send)
    if (given[ENTITY_ID], given[TEMPLATE_ID]) not in templates:
        raise _refused(
            _("The entity %(entity)s with the template %(template)s is not tied to this account.")
            % {"entity": given[ENTITY_ID], "template": given[TEMPLATE_ID]},
            "INVALID_PARAMETER",
            _("Give ids that are registered for the account, or register the template first."),
        )
    said = {"template": given[TEMPLATE_ID]}
    if not fits(templates, given, send.message_body):
        return Found(
            _("The text is not that of the template %(template)s: the carriers stop the message"), said, TEMPLATES
        )
    return Found(_("The text is that of the template %(template)s"), said, TEMPLATES)


def _check_kind(sender_id: str, message_type: str) -> None:
    """Letters send transactional messages, digits promotional ones."""
    theirs = message_type_of(sender_id, INDIA)
    if message_type == theirs:
        return
    raise Conflict(
        _("In India the sender ID %(sender_id)s sends %(theirs)s messages only; this one is %(given)s.")
        % {"sender_id": sender_id, "theirs": theirs, "given": message_type},
        reason="MESSAGE_TYPE_MISMATCH",
        resource=Resource("sender-id", f"{sender_id}/{INDIA}"),
        fields={"message_type": _("Choose the message type of the sender ID, or another sender ID.")},
    )


def _china(send: Send) -> Found:
    """No message without a registered template; which one it is, the text says."""
    if send.verification:
        return Found(_("A verification code: the service has registered its text"))
    templates = _templates(send)
    if not templates:
        raise Invalid(
            _("The account has no message template registered in China, so nothing can be sent there."),
            reason="COUNTRY_NOT_ENABLED",
            resource=TEMPLATES,
            fields={"destination_phone_number": _("Register a message template for China first.")},
            next_step=_("Ask for the registration of a template in a support case."),
        )
    if not fits(templates, {}, send.message_body):
        return Found(_("The text is none of the registered templates: the carriers stop the message"), {}, TEMPLATES)
    return Found(_("The text is a registered template"), {}, TEMPLATES)


def _refused(message: Text, reason: str, what_to_do: Text) -> Invalid:
    return Invalid(
        message, reason=reason, resource=TEMPLATES, fields={"destination_country_parameters": what_to_do},
        next_step=what_to_do,
    )  # fmt: skip
