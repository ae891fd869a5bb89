"""Support cases: opening one, the talk in it, withdrawing it; deciding is in support_decisions.py.

Source: support_cases.json. Submitters (operators) open and reply, reviewers answer and decide. A reply to a refused
case opens it again, since reasons “come in the case and can be answered there”.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from messaging import clock
from messaging.caller import Caller
from messaging.data_texts import in_english
from messaging.errors import Conflict, Invalid, NotFound, Resource, Text
from messaging.identifiers import new_id
from messaging.models import Notification
from messaging.operations.notifications import notify
from messaging.operations.registry import operation
from messaging.reference import countries, regions
from registrations.models import SupportCase, SupportCaseMessage
from registrations.operations import support_policies
from registrations.operations.naming import attachment_named
from registrations.operations.support_objections import raisable
from registrations.support_flows import Flow, flows, languages, message_types

Status = SupportCase.Status
TEXT_MOST = 10_000
MOST_REQUESTS = 10
MOST_ATTACHMENTS = 5
COUNTRY_TYPES = frozenset({"SHORT_CODE_COUNTRY", "LONG_CODE_COUNTRY", "SENDER_ID_COUNTRY"})
MOST_VALUE = 1_000_000_000


def case_named(caller: Caller, case_id: str, *, lock: bool = False) -> SupportCase:
    """The caller's case by id or ARN. Raises NotFound."""
    rows = SupportCase.objects.for_caller(caller).select_related("owner__account")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row: SupportCase | None = rows.filter(case_id=SupportCase.name_in(caller, case_id)).first()
    if row is None:
        raise NotFound("support-case", case_id)
    return row


@operation()
def describe_support_cases(caller: Caller) -> QuerySet[SupportCase]:
    """The account's cases opened in its Region."""
    rows: QuerySet[SupportCase] = SupportCase.objects.for_caller(caller)
    return rows


@operation(changes_settings=False)
def create_support_case(
    caller: Caller,
    *,
    flow: str,
    answers: Mapping[str, str],
    requests: Sequence[Mapping[str, Any]] = (),
    description: str,
    contact_language: str = "English",
    registration_attachment_ids: Sequence[str] = (),
) -> SupportCase:
    """Open a case. answers: field key -> text; a request is {"region", "quota", "new_value"}.

    What speaks against granting it (support_objections.py) does not keep a case from being opened. Raises Invalid
    UNKNOWN_FIELD, MISSING_PARAMETER, INVALID_PARAMETER, by field; NotFound for an attachment.
    """
    kind = flows().get(flow)
    if kind is None:
        raise Invalid(_("There is no kind of case “%(flow)s”.") % {"flow": flow}, fields={"flow": _("Choose one.")})
    kept = _checked_answers(kind, answers)
    asked = _checked_requests(kind, requests)
    if contact_language not in languages():
        raise Invalid(
            _("Cases are not handled in “%(language)s”.") % {"language": contact_language},
            fields={"contact_language": _("Choose one of %(all)s.") % {"all": ", ".join(languages())}},
        )
    now = clock.now()
    row = SupportCase(
        owner_id=caller.owner_id,
        case_id=new_id("case"),
        flow=flow,
        answers=kept,
        requests=asked,
        contact_language=contact_language,
        opened_by=caller.actor,
        last_by=caller.actor,
        created_timestamp=now,
        updated_at=now,
        waiting_since=now,
        expected_at=now + timedelta(hours=kind.decision_hours),
    )
    row.save()
    _say(caller, row, _text(description, "description"), registration_attachment_ids)
    support_policies.plan(row)
    return case_named(caller, row.case_id)


@operation(changes_settings=False)
def reply_to_support_case(
    caller: Caller, *, case_id: str, message: str, registration_attachment_ids: Sequence[str] = ()
) -> SupportCase:
    """Write in a case as its submitter: an answer to a question, or to a refusal, which opens the case again.

    Raises NotFound; Invalid; Conflict RESOURCE_MODIFICATION_NOT_ALLOWED for a case that was approved or withdrawn.
    """
    row = case_named(caller, case_id, lock=True)
    if row.status in (Status.APPROVED, Status.WITHDRAWN):
        raise _closed(row)
    now = clock.now()
    if row.status != Status.OPEN:
        row.status, row.waiting_since = Status.OPEN, now
        row.expected_at = now + timedelta(hours=flows()[row.flow].decision_hours)
        row.decided_at, row.decided_by, row.decided_how = None, "", ""
    row.last_by, row.updated_at = caller.actor, now
    row.save()
    _say(caller, row, _text(message), registration_attachment_ids)
    support_policies.plan(row)
    return row


@operation(changes_settings=False)
def withdraw_support_case(caller: Caller, *, case_id: str) -> SupportCase:
    """Give up a case that is not decided. Raises NotFound; Conflict RESOURCE_MODIFICATION_NOT_ALLOWED."""
    row = case_named(caller, case_id, lock=True)
    if not row.is_open:
        raise _closed(row)
    row.status, row.updated_at, row.due_at = Status.WITHDRAWN, clock.now(), None
    row.save()
    return row


@operation(changes_settings=False)
def answer_support_case(
    caller: Caller, *, case_id: str, message: str, registration_attachment_ids: Sequence[str] = ()
) -> SupportCase:
    """Write in a case as a reviewer: it waits for its submitter from then on, and the simulated reviewer rests.

    Raises NotFound; Invalid; Conflict RESOURCE_MODIFICATION_NOT_ALLOWED for a case that is decided or withdrawn.
    """
    row = case_named(caller, case_id, lock=True)
    if not row.is_open:
        raise _closed(row)
    row.status, row.updated_at, row.due_at = Status.PENDING_CUSTOMER_ACTION, clock.now(), None
    row.save()
    _say(caller, row, _text(message), registration_attachment_ids, by_reviewer=True)
    tell(row, gettext_noop("Support asks for more about your case: %(case)s."), Notification.Severity.WARNING)
    return row


def tell(row: SupportCase, title: str, severity: str) -> None:
    """Tell the submitter what became of a case."""
    notify(
        row.owner_id,
        kind=Notification.Kind.SUPPORT_CASE,
        severity=severity,
        title=title,
        values={"case": in_english(flows()[row.flow].name)},
        link=("support-case-detail", row.case_id),
        recipient=row.opened_by if row.opened_by.startswith("user:") else "",
        subject=f"{row.case_id}/{row.messages.count()}",
    )


def say_as_reviewer(caller: Caller, row: SupportCase, message: str) -> None:
    """Put a reviewer's words into the thread, inside the decision."""
    _say(caller, row, message, (), by_reviewer=True)


def _say(
    caller: Caller, row: SupportCase, body: str, attachment_ids: Sequence[str], *, by_reviewer: bool = False
) -> None:
    if len(attachment_ids) > MOST_ATTACHMENTS:
        raise Invalid(
            _("A message has at most %(most)s files.") % {"most": MOST_ATTACHMENTS},
            fields={"registration_attachment_ids": _("Leave some out.")},
        )
    files = [attachment_named(caller, name, lock=True) for name in sorted(set(attachment_ids))]
    message = SupportCaseMessage.objects.create(case=row, author=caller.actor, by_reviewer=by_reviewer, body=body)
    message.attachments.set(files)


def _closed(row: SupportCase) -> Conflict:
    return Conflict(
        _("The case is %(status)s.") % {"status": row.get_status_display()},
        reason="RESOURCE_MODIFICATION_NOT_ALLOWED",
        resource=Resource("support-case", row.case_id),
        next_step=_("Open another case."),
    )


def _text(given: str, name: str = "message") -> str:
    """Raises Invalid for nothing or too much."""
    if not given.strip():
        raise Invalid(_("There is no text."), reason="MISSING_PARAMETER", fields={name: _("Write something.")})
    if len(given) > TEXT_MOST:
        raise Invalid(
            _("The text is too long."), fields={name: _("Write at most %(most)s characters.") % {"most": TEXT_MOST}}
        )
    return given.strip()


def _checked_answers(kind: Flow, answers: Mapping[str, str]) -> dict[str, str]:
    wrong: dict[str, Text] = {}
    unknown = set(answers) - set(kind.fields)
    if unknown:
        raise Invalid(
            _("This case has no field “%(field)s”.") % {"field": min(unknown)}, fields={"answers": _("Leave it out.")}
        )
    kept = {}
    for field in kind.fields.values():
        value = str(answers.get(field.key) or "").strip()
        allowed = {
            "SELECT": {option for option, _label in field.options},
            "MESSAGE_TYPES": {option for option, _meaning in message_types()},
            "CHECK": {"yes"},
            "REGION": set(regions()),
        }.get(field.type)
        if not value:
            if field.required:
                wrong[field.key] = _("This field is required.")
        elif len(value) > TEXT_MOST:
            wrong[field.key] = _("Write at most %(most)s characters.") % {"most": TEXT_MOST}
        elif allowed is not None and value not in allowed:
            wrong[field.key] = _("Choose one of %(all)s.") % {"all": ", ".join(sorted(allowed))}
        elif field.type in COUNTRY_TYPES and value not in countries():
            wrong[field.key] = _("Choose a country.")
        if value:
            kept[field.key] = value
    if wrong:
        raise Invalid(_("Some fields of the case do not fit."), fields=wrong)
    return kept


def _checked_requests(kind: Flow, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    asked = kind.request
    if asked is None:
        return []
    most = MOST_REQUESTS if kind.add_another else 1
    if not 1 <= len(given) <= most:
        raise _wrong(_("The case has from 1 to %(most)s requests.") % {"most": most})
    kept: list[dict[str, Any]] = []
    for entry in given:
        region, quota = str(entry.get("region", "")), str(entry.get("quota", ""))
        if region not in regions():
            raise _wrong(_("“%(region)s” is not a Region.") % {"region": region})
        if (quota not in asked.quotas) if asked.quotas else not raisable(quota):
            raise _wrong(_("“%(quota)s” cannot be asked for.") % {"quota": quota})
        value: int | None = None
        if asked.value_fixed is not None:
            value = asked.value_fixed
        elif asked.has_value:
            value = int(entry.get("new_value") or 0)
            if not 1 <= value <= MOST_VALUE:
                raise _wrong(_("The new value is a whole number from 1."))
        kept.append({"region": region, "quota": quota, "new_value": value})
    if len({(entry["region"], entry["quota"]) for entry in kept}) < len(kept):
        raise _wrong(_("The same is asked for twice."))
    return kept


def _wrong(text: Text) -> Invalid:
    return Invalid(text, fields={"requests": text})
