"""Registrations and their review. Every row belongs to one account in one Region, if only by its registration."""

from registrations.models.associations import RegistrationAssociation
from registrations.models.attachments import RegistrationAttachment
from registrations.models.field_values import RegistrationFieldValue
from registrations.models.registrations import (
    IN_REVIEW,
    OPEN,
    Registration,
    RegistrationStatus,
    RegistrationVersion,
    VersionStatus,
    VersionStep,
)
from registrations.models.reviews import (
    Decision,
    FieldVerdict,
    ReviewClaim,
    ReviewDraft,
    ReviewerPolicy,
    ReviewMode,
    ReviewSettings,
)
from registrations.models.support_cases import SupportCase, SupportCaseMessage

__all__ = [
    "IN_REVIEW",
    "OPEN",
    "Decision",
    "FieldVerdict",
    "Registration",
    "RegistrationAssociation",
    "RegistrationAttachment",
    "RegistrationFieldValue",
    "RegistrationStatus",
    "RegistrationVersion",
    "ReviewClaim",
    "ReviewDraft",
    "ReviewMode",
    "ReviewSettings",
    "ReviewerPolicy",
    "SupportCase",
    "SupportCaseMessage",
    "VersionStatus",
    "VersionStep",
]
