"""Message templates registered for India and China, and whether a text is one of them.

The registries stand outside the service; what they gave is tied to an account by a support case. Until that case is
decided here, an administrator notes it. Facts: country_rules.json (china_templates, footnotes 2 and 3); the India
chapter of the service user guide.
"""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, OverQuota, Resource
from messaging.identifiers import new_id
from messaging.models import Message, MessageTemplate
from messaging.operations.registry import operation
from messaging.text.tables import document
from messaging.text.templates import VARIABLE, matches

INDIA, CHINA = "IN", "CN"
COUNTRIES = (INDIA, CHINA)
ENTITY_ID, TEMPLATE_ID = "IN_ENTITY_ID", "IN_TEMPLATE_ID"  # DestinationCountryParameterKey of the service model
ID_SHAPE = re.compile(r"\S{1,64}")  # DestinationCountryParameterValue of the service model
TEXT_MOST = 1600
MOST_TEMPLATES = 1_000
STOPPED = "The text matches no template that is registered for this destination."


@operation(resource=lambda row: row.message_template_id)
def register_message_template(
    caller: Caller, *, iso_country_code: str, message_template: str, entity_id: str = "", template_id: str = ""
) -> MessageTemplate:
    """Tie a registered template to the account in its Region: for IN with both ids of the registry, for CN without.

    message_template has 1 to 1,600 characters, {#var#} where a value stands. Raises Invalid, Conflict
    RESOURCE_ALREADY_EXISTS, OverQuota for more than MOST_TEMPLATES.
    """
    if iso_country_code not in COUNTRIES:
        raise Invalid(
            _("Only India and China want message templates registered."),
            fields={"iso_country_code": _("Choose India or China.")},
        )
    if not message_template.strip() or len(message_template) > TEXT_MOST:
        raise Invalid(
            _("A template has 1 to %(most)s characters.") % {"most": TEXT_MOST},
            fields={"message_template": _("Write the text as it was registered.")},
        )
    found = new_id("template") if iso_country_code == CHINA else template_id
    _check_ids(iso_country_code, entity_id, found)
    rows = MessageTemplate.objects.for_caller(caller).filter(iso_country_code=iso_country_code)
    if rows.filter(entity_id=entity_id, template_id=found).exists():
        raise Conflict(
            _("The template %(template)s is registered already.") % {"template": found},
            reason="RESOURCE_ALREADY_EXISTS",
            resource=Resource("message-template", found),
            fields={"template_id": _("Give another template ID, or delete the other template first.")},
        )
    if rows.count() >= MOST_TEMPLATES:
        raise OverQuota(_("An account has at most %(most)s templates for a country.") % {"most": MOST_TEMPLATES})
    row: MessageTemplate = MessageTemplate.objects.create(
        owner_id=caller.owner_id,
        message_template_id=new_id("message-template"),
        iso_country_code=iso_country_code,
        entity_id=entity_id,
        template_id=found,
        message_template=message_template,
        actor=caller.actor,
    )
    return row


def _check_ids(country: str, entity_id: str, template_id: str) -> None:
    if country == CHINA:
        if entity_id:
            raise Invalid(
                _("Only Indian templates have an entity."), fields={"entity_id": _("Leave it out for China.")}
            )
        return
    wrong = {
        name: _("Write the ID as the registry gave it, at most 64 characters without spaces.")
        for name, value in (("entity_id", entity_id), ("template_id", template_id))
        if not ID_SHAPE.fullmatch(value)
    }
    if wrong:
        raise Invalid(_("An Indian template has an entity ID and a template ID."), fields=wrong)


@operation(resource=lambda row: row.message_template_id)
def delete_message_template(caller: Caller, *, message_template_id: str) -> MessageTemplate:
    """Forget a template and return it as it was; messages that were accepted with it go on. Raises NotFound."""
    row = MessageTemplate.objects.for_caller(caller).filter(message_template_id=message_template_id).first()
    if row is None:
        raise NotFound("message-template", message_template_id)
    MessageTemplate.objects.filter(pk=row.pk).delete()
    return row


@operation()
def describe_message_templates(caller: Caller) -> QuerySet[MessageTemplate]:
    """The templates tied to the account in its Region, newest first."""
    return MessageTemplate.objects.for_caller(caller).order_by("-id")


def templates_of(owner_id: int, country: str) -> dict[tuple[str, str], str]:
    """(entity id, template id) -> registered text of a country. One query; a send remembers it by its snapshot."""
    rows = MessageTemplate.objects.filter(owner_id=owner_id, iso_country_code=country)
    return {(row.entity_id, row.template_id): row.message_template for row in rows}


def fits(templates: Mapping[tuple[str, str], str], parameters: Mapping[str, str], body: str) -> bool:
    """Whether a text is the template that a send names, or where it names none, any of them."""
    if not parameters:
        return any(matches(text, body) for text in templates.values())
    text = templates.get((parameters.get(ENTITY_ID, ""), parameters.get(TEMPLATE_ID, "")))
    return text is not None and matches(text, body)


@cache
def _own_texts() -> tuple[str, ...]:
    return tuple(text.format(code=VARIABLE) for text in document("verification_texts.json")["texts"].values())


def _is_own(body: str) -> bool:
    """Whether a text is the service's own, a verification code: the service has registered those itself."""
    return any(matches(text, body) for text in _own_texts())


def stopped(messages: Sequence[Any]) -> dict[uuid.UUID, str]:
    """Which of these messages the carriers of India and China stop, and their words.

    No query without such messages, else two. An Indian message without ids goes by the international route, where no
    template is asked for.
    """
    concerned = [row for row in messages if row.iso_country_code in COUNTRIES and row.channel == "SMS"]
    if not concerned:
        return {}
    texts = _texts([row.message_id for row in concerned])
    found: dict[uuid.UUID, str] = {}
    for owner_id, country in {(row.owner_id, row.iso_country_code) for row in concerned}:
        templates = templates_of(owner_id, country)
        for row in concerned:
            if (row.owner_id, row.iso_country_code) != (owner_id, country) or row.message_id not in texts:
                continue
            body, parameters = texts[row.message_id]
            if (country == CHINA or parameters) and not (_is_own(body) or fits(templates, parameters, body)):
                found[row.message_id] = STOPPED
    return found


def _texts(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, Mapping[str, str]]]:
    rows = Message.objects.filter(pk__in=list(ids))
    return {
        row.pk: (row.message_body, row.destination_country_parameters)
        for row in rows.only("message_id", "message_body", "destination_country_parameters")
    }
