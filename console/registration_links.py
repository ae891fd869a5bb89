"""From a number or sender ID to its registration, or to the form of the one that it needs."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from console import returning
from console.callers import caller_of, url_to
from messaging.errors import Text
from messaging.models import PhoneNumber, SenderId
from registrations.definitions import AFTER_COMPLETE, registration_types
from registrations.models import RegistrationStatus
from registrations.operations.resources import registration_of


@dataclass(frozen=True, slots=True)
class GoesWith:
    """What a page says of it. url leads to the registration or to making one; status is empty while there is none."""

    title: Text
    url: str
    label: Text
    status: str = ""
    waits: bool = False


def goes_with(request: HttpRequest, resource: PhoneNumber | SenderId, registration_type: str) -> GoesWith | None:
    """The registration of a resource, or the way to one of the type that it needs; None when none is. One query."""
    caller = caller_of(request)
    row = registration_of(resource)
    if row is not None:
        url = url_to(caller, "registration-detail", row.registration_id)
        waits = row.registration_status != RegistrationStatus.COMPLETE
        return GoesWith(row.definition.title, url, _("Open the registration"), row.registration_status, waits)
    definition = registration_types().get(registration_type)
    if definition is None or (isinstance(resource, SenderId) and resource.registered):
        return None
    spec = next((entry for entry in definition.associations if entry.resource_type == resource.RESOURCE_TYPE), None)
    if spec and spec.association_behavior == AFTER_COMPLETE:
        query = urlencode({"f": [f"registration-type:=:{registration_type}"]}, doseq=True)
        url = f"{url_to(caller, 'registration-list')}?{query}"
        return GoesWith(definition.title, url, _("Choose its registration, or create one"), waits=True)
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
