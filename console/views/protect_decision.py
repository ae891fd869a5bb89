"""Which protect rule applies: the path from what a send names to the rule that decides."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.callers import caller_of, url_to
from console.forms.protect_configurations import WhichRuleForm
from console.fragments import page
from console.protect_matrix import CHANNEL_NAMES, STATUS_NAMES
from console.protect_names import choices_of, names_by_id
from console.views.protect_configurations import PROTECT
from messaging.caller import Caller
from messaging.country_names import country_name
from messaging.errors import Refusal, Text
from messaging.models import ConfigurationSet
from messaging.operations import snapshot
from messaging.operations.configuration_sets import named_set
from messaging.operations.opt_out_lists import parsed_number
from messaging.operations.protect_configurations import default_protect
from messaging.operations.protect_decision import Decision, Source, decide
from messaging.reference import country_of


@dataclass(frozen=True, slots=True)
class Step:
    """One question on the way to the rule that decides, and its answer."""

    question: Text
    answer: Text
    decides: bool = False
    url: str = ""


@require_safe
def protect_which(request: HttpRequest) -> HttpResponse:
    """The path to the rule for a number on a channel, with what a send would name."""
    caller = caller_of(request)
    caller.require("GetProtectConfigurationCountryRuleSet")
    configurations = choices_of(caller)
    sets = ConfigurationSet.objects.for_caller(caller).order_by("configuration_set_name")[:200]
    form = WhichRuleForm(
        request.GET if "destination_phone_number" in request.GET else None,
        initial=request.GET.dict(),
        sets=[row.configuration_set_name for row in sets],
        configurations=configurations,
    )
    found: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            found = _found(caller, form.cleaned_data, names_by_id(caller))
        except Refusal as refusal:
            form.refuse(refusal)
    context = {
        "title": _("Which rule applies?"),
        "purpose": _("The protect rule that decides about a message, and where it comes from."),
        "crumbs": [{"label": PROTECT.spec.title, "url": url_to(caller, "protect-list")}],
        "form": form,
        **found,
    }
    return page(request, "protect_configurations/which.html", context, status=422 if form.errors else 200)


def _found(caller: Caller, given: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    number = parsed_number(given["destination_phone_number"], "destination_phone_number")
    country, channel = country_of(number), given["channel"]
    used = named_set(caller, given["configuration_set_name"]) if given["configuration_set_name"] else None
    decision = decide(
        caller,
        snapshot.take(caller.owner_id),
        protect_configuration_id=given["protect_configuration_id"],
        configuration_set=used,
        destination=number,
        country=country,
        channel=channel,
    )
    place = _("%(country)s, %(channel)s") % {
        "country": country_name(country) or _("unknown country"),
        "channel": CHANNEL_NAMES[channel],
    }
    return {
        "number": number,
        "decision": decision,
        "steps": [*_sources(caller, decision, given, used, names), *_rules(caller, decision, place)],
    }


def _sources(
    caller: Caller, decision: Decision, given: dict[str, str], used: ConfigurationSet | None, names: dict[str, str]
) -> list[Step]:
    default = default_protect(caller)
    ids = {
        Source.REQUEST: given["protect_configuration_id"],
        Source.CONFIGURATION_SET: used.protect_configuration_id if used else "",
        Source.ACCOUNT_DEFAULT: default.protect_configuration_id if default else "",
    }
    questions = {
        Source.REQUEST: _("Does the request name a protect configuration?"),
        Source.CONFIGURATION_SET: _("Does the configuration set “%(set)s” have one?") % {"set": used.name}
        if used
        else _("Does its configuration set have one?"),
        Source.ACCOUNT_DEFAULT: _("Is there an account default?"),
    }
    steps, reached = [], False
    for source, own in ids.items():
        decides = source == decision.source
        answer = (
            _("Not looked at") if reached else _("Yes: %(name)s") % {"name": names.get(own, own)} if own else _("No")
        )
        steps.append(Step(questions[source], answer, decides, url_to(caller, "protect-detail", own) if own else ""))
        reached = reached or decides
    return steps


def _rules(caller: Caller, decision: Decision, place: str) -> list[Step]:
    if decision.rules is None:
        return [Step(_("What then?"), _("No protect configuration applies: protect stops nothing."), True)]
    own = decision.protect_configuration_id
    by_number, by_country = url_to(caller, "protect-overrides", own), url_to(caller, "protect-rules", own)
    question = _("Does it have an override of the number?")
    if decision.override is not None:
        said = _("Yes: %(action)s") % {"action": decision.override.get_action_display()}
        return [Step(question, said, True, by_number), Step(_("The rule of the country"), _("Not looked at"))]
    said = _("One that has expired") if decision.expired else _("No")
    rule = _("%(rule)s (%(place)s)") % {"rule": STATUS_NAMES[decision.status], "place": place}
    return [Step(question, said, False, by_number), Step(_("The rule of the country"), rule, True, by_country)]


scoped_urlpatterns = [path("protect-configurations/+/which-rule/", protect_which, name="protect-which")]
