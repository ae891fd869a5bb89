"""From a number or sender ID to its registration, or to the form of the one that it needs."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from console import returning
from console.callers import caller_of, url_to
from console.support_cases import case_url
from messaging.caller import Caller
from messaging.errors import Text
from messaging.models import PhoneNumber, SenderId
from messaging.operations.sender_display import INDIA
from messaging.operations.sender_ids import needs_registration
from messaging.operations.tags import names_of
from registrations.definitions import AFTER_COMPLETE, RegistrationType, registration_types
from registrations.models import Registration, RegistrationStatus
from registrations.operations.resources import registration_of
from registrations.support_flows import flows
from registrations.transitions import EDITABLE

MOST_OFFERED = 100  # registrations to choose from


@dataclass(frozen=True, slots=True)
class GoesWith:
    """What a page says of it. url leads to the registration or to making one; status is empty while there is none."""

    title: Text
    url: str
    label: Text
    status: str = ""
    waits: bool = False


def goes_with(request: HttpRequest, resource: PhoneNumber | SenderId, registration_type: str) -> GoesWith | None:
    """The registration of a resource, or the way to one of the type that it needs; None when none is. 3 queries."""
    caller = caller_of(request)
    row = registration_of(resource)
    if row is not None:
        url = url_to(caller, "registration-detail", row.registration_id)
        waits = row.registration_status != RegistrationStatus.COMPLETE
        return GoesWith(row.definition.title, url, _("Open the registration"), row.registration_status, waits)
    if isinstance(resource, SenderId):
        if resource.registered:
            return None
        registration_type = registration_type or _type_of_sender_ids(resource.iso_country_code)
    definition = registration_types().get(registration_type)
    if definition is None:
        return _by_case(caller, resource) if isinstance(resource, SenderId) else None
    if _number_spec(definition) == AFTER_COMPLETE:
        return _later(caller, definition, resource)
    query = urlencode(
        {
            "registration_type": registration_type,
            "resource_id": resource.name,
            "return": returning.signed(request.get_full_path()),
        }
    )
    may = caller.may("CreateRegistration")
    url = f"{url_to(caller, 'registration-create')}?{query}" if may else url_to(caller, "registration-list")
    return GoesWith(definition.title, url, _("Begin registration") if may else _("See registrations"), waits=True)


def needed_for(caller: Caller, registration_type: str) -> dict[str, Text] | None:
    """What the review of a request says of the registration that a number or sender ID of this offer needs."""
    if not registration_type:
        return None
    definition = registration_types().get(registration_type)
    if definition is None:
        words = _("A support case asks for it. You can request now; nothing is sent until it is registered.")
        return {"title": registration_type, "words": words}
    if _number_spec(definition) != AFTER_COMPLETE:
        words = _("You can request now; the next page begins its form. Nothing is sent until it is complete.")
        return {"title": definition.title, "words": words}
    return {
        "title": definition.title,
        "words": _("You can request now; the number waits until it goes with one that is complete."),
        "url": _list_url(caller, registration_type),
        "label": _("See registrations"),
    }


def _list_url(caller: Caller, registration_type: str) -> str:
    query = urlencode({"f": f"registration-type:=:{registration_type}"})
    return f"{url_to(caller, 'registration-list')}?{query}"


def registrations_for_number(caller: Caller, registration_type: str) -> list[tuple[str, str]]:
    """Registrations that a number may be requested for, the newest first: (id, name). Two queries."""
    definition = registration_types().get(registration_type)
    behavior = _number_spec(definition) if definition else ""
    if not behavior:
        return []
    rows = Registration.objects.for_caller(caller).filter(registration_type=registration_type)
    if behavior == AFTER_COMPLETE:
        rows = rows.filter(registration_status=RegistrationStatus.COMPLETE)
    else:
        rows = rows.filter(registration_status__in=EDITABLE, associations__isnull=True)
    found = list(rows.order_by("-created_timestamp")[:MOST_OFFERED])
    names = names_of(caller, *found) if found else {}
    return [(row.registration_id, names.get(row.registration_id) or row.registration_id) for row in found]


def _number_spec(definition: RegistrationType) -> str:
    """When the type associates numbers; empty when it does not."""
    return next((e.association_behavior for e in definition.associations if e.resource_type == "phone-number"), "")


def _type_of_sender_ids(iso_country_code: str) -> str:
    """The type whose registrations make sender IDs of a country known there, or nothing."""
    return next(
        (
            name
            for name, definition in registration_types().items()
            for entry in definition.associations
            if entry.resource_type == "sender-id" and entry.iso_country_code == iso_country_code
        ),
        "",
    )


def _later(caller: Caller, definition: RegistrationType, resource: PhoneNumber | SenderId) -> GoesWith:
    """To the registration that takes the number, where there is one that is complete."""
    ready = registrations_for_number(caller, definition.registration_type)
    if len(ready) == 1 and caller.may("CreateRegistrationAssociation"):
        ((registration_id, name),) = ready
        url = f"{url_to(caller, 'registration-associate', registration_id)}?{urlencode({'resource_id': resource.name})}"
        return GoesWith(
            definition.title, url, _("Associate it with %(registration)s") % {"registration": name}, "", True
        )
    url = _list_url(caller, definition.registration_type)
    return GoesWith(definition.title, url, _("Choose its registration, or create one"), waits=True)


def _by_case(caller: Caller, resource: SenderId) -> GoesWith | None:
    """To the support case, in a country that has no form."""
    flow = "india_sender_id" if resource.iso_country_code == INDIA else "sender_id"
    prefilled = {"sender_ids": resource.sender_id, "iso_country_code": resource.iso_country_code}
    url = case_url(caller, flow, **prefilled) if needs_registration(resource.iso_country_code) else ""
    return GoesWith(flows()[flow].name, url, _("Open a support case"), waits=True) if url else None
