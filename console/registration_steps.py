"""What to do next with a registration: one sentence and one place for each status, read by the list and the page."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from console.registration_sheets import percent
from registrations.definitions import AFTER_COMPLETE
from registrations.models import Registration, RegistrationStatus, RegistrationVersion, VersionStatus

Status = RegistrationStatus


@dataclass(frozen=True, slots=True)
class Step:
    """words say what; url_name (with the registration's key) is where, empty when there is nothing to do."""

    words: str
    url_name: str = ""


def next_step(row: Registration, version: RegistrationVersion) -> Step:
    """What comes next; fetch the version's `values__attachment` with the rows where many are asked."""
    status = row.registration_status
    if version.registration_version_status == VersionStatus.DRAFT:
        return _draft(row, version)
    if status in (Status.CREATED, Status.REQUIRES_UPDATES):
        return Step(_("Update registration"), "registration-new-version")
    if status == Status.SUBMITTED:
        return Step(_("Wait for the review, or discard the version"), "registration-timeline")
    if status in (Status.REVIEWING, Status.AWS_REVIEWING):
        return Step(_waiting(version), "registration-timeline")
    if status == Status.REQUIRES_AUTHENTICATION:
        return Step(_("Follow the link in the mail that was sent to the company"), "registration-authenticate")
    if status == Status.PROVISIONING:
        return Step(_("Wait: what it promises is being provisioned"), "registration-timeline")
    if status == Status.COMPLETE and any(e.association_behavior == AFTER_COMPLETE for e in row.definition.associations):
        return Step(_("Add a number, or send from those it has"), "registration-resources")
    if status == Status.CLOSED:
        return Step(_("Delete it: what it stood for was given back"), "registration-delete")
    return Step("")


def _draft(row: Registration, version: RegistrationVersion) -> Step:
    if not row.definition.sections:
        return Step(_("Submit"), "registration-review")
    answers = {value.field_path: tuple(value.answer) for value in version.values.all()}
    done = percent(row.definition, answers)
    if done == 100:
        return Step(_("Review and submit"), "registration-review")
    return Step(_("Continue – %(percent)s %% complete") % {"percent": done}, "registration-form")


def _waiting(version: RegistrationVersion) -> str:
    if version.expected_at is None:
        return _("Wait for the decision")
    day = date_format(localtime(version.expected_at), "SHORT_DATE_FORMAT")
    return _("Wait for the decision, expected by %(day)s") % {"day": day}
