"""Support cases in words, and the ways to them from other pages."""

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from console.callers import url_to
from messaging import reference
from messaging.caller import Caller
from messaging.country_names import country_name
from messaging.errors import Text
from registrations.models import SupportCase
from registrations.support_flows import CaseField, flows

WITHOUT_VALUE = "–"


def flow_title(flow: str) -> Text:
    """A kind of case in words."""
    return flows()[flow].name


def case_url(caller: Caller, flow: str, **prefilled: str) -> str:
    """The page that opens a case of a kind, prefilled; nothing for who may not open cases."""
    if not caller.may("CreateSupportCase"):
        return ""
    url = url_to(caller, "support-case-open", flow)
    return f"{url}?{urlencode(prefilled)}" if prefilled else url


def facts_of(row: SupportCase) -> list[tuple[Text, Text]]:
    """What was filled in, by the labels of the form; fields that were left empty are left out."""
    return [
        (field.label, _shown(field, row.answers[key]))
        for key, field in flows()[row.flow].fields.items()
        if row.answers.get(key)
    ]


def _shown(field: CaseField, value: str) -> Text:
    if field.type == "CHECK":
        return _("Yes")
    if field.type == "MESSAGE_TYPES":
        return _(value)
    if field.type.endswith("_COUNTRY"):
        return country_name(value)
    return dict(field.options).get(value, value)


def _quota(name: str) -> Text:
    """A quota by its name, where the case asks for one by its id; what the forms offer is words already."""
    row = reference.quotas().get(name)
    return row.name if row else _(name) if name else WITHOUT_VALUE


def requests_of(row: SupportCase) -> list[dict[str, Any]]:
    """What is asked for, by Region."""
    unit = flows()[row.flow].request
    return [
        {
            "region": asked["region"],
            "quota": _quota(asked["quota"]),
            "new_value": WITHOUT_VALUE if asked["new_value"] is None else f"{asked['new_value']:,}",
            "unit": unit.value_unit if unit else "",
        }
        for asked in row.requests
    ]
