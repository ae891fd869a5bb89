"""What each role may do: one table keyed by API action, read by every door and shown on the Roles page.

API actions take their access level from the service authorization data (`data/api_actions.csv`); actions
of our own (access keys, members, simulator control …) stand in OWN_ACTIONS below.
"""

from functools import cache

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """A member's or an access key's role in an account, weakest first."""

    VIEWER = "VIEWER", _("Viewer")
    OPERATOR = "OPERATOR", _("Operator")
    REVIEWER = "REVIEWER", _("Reviewer")
    ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")


EVERYONE = frozenset(Role)
OPERATORS = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
REVIEWERS = frozenset({Role.REVIEWER, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

# Actions the service model does not have: (roles, whether it only reads).
OWN_ACTIONS: dict[str, tuple[frozenset[Role], bool]] = {
    "DescribeMessages": (EVERYONE, True),
    "DescribeInboundMessages": (EVERYONE, True),
    "DescribeHandsets": (EVERYONE, True),
    "DescribeHandsetMessages": (EVERYONE, True),
    "DescribeHandsetBehaviours": (EVERYONE, True),
    "DescribeActivity": (EVERYONE, True),
    "DescribeJobs": (EVERYONE, True),
    "DescribeNotifications": (EVERYONE, True),
    "DescribeClock": (EVERYONE, True),
    "DescribeMembers": (EVERYONE, True),
    "PreviewMessageParts": (EVERYONE, True),
    "CheckTextMessage": (EVERYONE, True),
    "CheckVoiceMessage": (EVERYONE, True),
    "ReceiveInboundMessage": (OPERATORS, False),
    "PutHandsetBehaviour": (OPERATORS, False),
    "DeleteHandsetBehaviour": (OPERATORS, False),
    "StartJob": (OPERATORS, False),
    "CancelJob": (OPERATORS, False),
    "StartExport": (EVERYONE, False),
    "ResendEvent": (OPERATORS, False),
    "SendTestEvent": (OPERATORS, False),
    "CreateEventDestinations": (OPERATORS, False),
    "DescribeDeliveries": (EVERYONE, True),
    "DescribeLogGroups": (EVERYONE, True),
    "DescribeDeliveryStreams": (EVERYONE, True),
    "DescribeConnections": (ADMINISTRATORS, True),
    "PutConnection": (ADMINISTRATORS, False),
    "DeleteConnection": (ADMINISTRATORS, False),
    "NoteConnectionTest": (ADMINISTRATORS, False),
    "DescribeTopics": (EVERYONE, True),
    "DescribeRecipient": (EVERYONE, True),
    "SubscribeEndpoint": (OPERATORS, False),
    "UnsubscribeEndpoint": (OPERATORS, False),
    "UploadOptOutImport": (OPERATORS, False),
    "CheckOptOutImport": (OPERATORS, False),
    "ImportOptedOutNumbers": (OPERATORS, False),
    "DiscardOptOutImport": (OPERATORS, False),
    "DescribeBulkSends": (EVERYONE, True),
    "CreateBulkSend": (OPERATORS, False),
    "UpdateBulkSend": (OPERATORS, False),
    "CheckBulkSend": (OPERATORS, False),
    "StartBulkSend": (OPERATORS, False),
    "PauseBulkSend": (OPERATORS, False),
    "ResumeBulkSend": (OPERATORS, False),
    "StopBulkSend": (OPERATORS, False),
    "DeleteBulkSend": (OPERATORS, False),
    "LookUpNumbers": (EVERYONE, True),
    "DescribeMessageTemplates": (EVERYONE, True),
    "RegisterMessageTemplate": (ADMINISTRATORS, False),
    "DeleteMessageTemplate": (ADMINISTRATORS, False),
    "DescribeDeactivationReports": (EVERYONE, True),
    "UploadDeactivationReport": (OPERATORS, False),
    "CompareDeactivationReport": (OPERATORS, False),
    "SuppressDeactivatedNumbers": (OPERATORS, False),
    "DiscardDeactivationReport": (OPERATORS, False),
    "DescribeMediaBuckets": (EVERYONE, True),
    "DescribeMediaFiles": (EVERYONE, True),
    "CreateMediaBucket": (OPERATORS, False),
    "DeleteMediaBucket": (OPERATORS, False),
    "PutMediaFile": (OPERATORS, False),
    "DeleteMediaFile": (OPERATORS, False),
    "CheckMediaMessage": (EVERYONE, True),
    "RestoreDeleted": (OPERATORS, False),
    "SetUpProtectConfiguration": (OPERATORS, False),
    "SetProtectConfigurationAssociation": (OPERATORS, False),
    "PutProtectConfigurationNumberOverrides": (OPERATORS, False),
    # Registrations and their review
    "CheckRegistration": (EVERYONE, True),
    "CompleteRegistrationAuthentication": (OPERATORS, False),
    "StartRegistrationReview": (REVIEWERS, False),
    "DecideRegistrationVersion": (REVIEWERS, False),
    "RequireRegistrationAuthentication": (REVIEWERS, False),
    "ReviewRegistrationOffline": (REVIEWERS, False),
    "ResumeRegistrationReview": (REVIEWERS, False),
    "RevokeRegistrationVersion": (REVIEWERS, False),
    "DescribeReviews": (REVIEWERS, True),
    "DescribeReviewStatistics": (REVIEWERS, True),
    "ClaimRegistrationReview": (REVIEWERS, False),
    "ClaimNextReview": (REVIEWERS, False),
    "RenewReviewClaim": (REVIEWERS, False),
    "ReleaseReviewClaim": (REVIEWERS, False),
    "TakeOverReview": (REVIEWERS, False),
    "SaveReviewDraft": (REVIEWERS, False),
    "DescribeReviewerPolicies": (EVERYONE, True),
    "DescribeSupportCases": (EVERYONE, True),
    "CreateSupportCase": (OPERATORS, False),
    "ReplyToSupportCase": (OPERATORS, False),
    "WithdrawSupportCase": (OPERATORS, False),
    "AnswerSupportCase": (REVIEWERS, False),
    "DecideSupportCase": (REVIEWERS, False),
    "DescribeSupportCasePolicies": (EVERYONE, True),
    "SetSupportCasePolicy": (ADMINISTRATORS, False),
    "SetReviewerPolicy": (ADMINISTRATORS, False),
    "SetFourEyes": (ADMINISTRATORS, False),
    "SetClockRate": (ADMINISTRATORS, False),
    "AdvanceClock": (ADMINISTRATORS, False),
    "ResetAccount": (ADMINISTRATORS, False),
    "CreateAccount": (ADMINISTRATORS, False),
    "OpenRegion": (EVERYONE, False),
    "SetAccountTier": (ADMINISTRATORS, False),
    "SetAccountSpendLimit": (ADMINISTRATORS, False),
    "DescribeRateCard": (EVERYONE, True),
    "ImportRateCard": (ADMINISTRATORS, False),
    "RestoreRateCard": (ADMINISTRATORS, False),
    "DescribeUsage": (EVERYONE, True),
    "DescribeAlarms": (EVERYONE, True),
    "CreateAlarm": (OPERATORS, False),
    "UpdateAlarm": (OPERATORS, False),
    "DeleteAlarm": (OPERATORS, False),
    "DescribeAccessKeys": (ADMINISTRATORS, True),
    "CreateAccessKey": (ADMINISTRATORS, False),
    "UpdateAccessKey": (ADMINISTRATORS, False),
    "DeleteAccessKey": (ADMINISTRATORS, False),
    "AddMember": (ADMINISTRATORS, False),
    "UpdateMember": (ADMINISTRATORS, False),
    "RemoveMember": (ADMINISTRATORS, False),
    "ResetMemberPassword": (ADMINISTRATORS, False),
    # Everyone's own things.
    "UpdatePreferences": (EVERYONE, False),
    "SaveView": (EVERYONE, False),
    "DeleteView": (EVERYONE, False),
    "SaveTableLayout": (EVERYONE, False),
    "MarkNotificationsRead": (EVERYONE, False),
    "MarkAllNotificationsRead": (EVERYONE, False),
}


@cache
def table() -> dict[str, tuple[frozenset[Role], bool]]:
    """Every action -> (roles that may, whether it only reads)."""
    from messaging.reference import api_actions

    rows = dict(OWN_ACTIONS)
    for action in api_actions().values():
        reads = action.access_level in ("Read", "List")
        rows[action.action] = (EVERYONE if reads else OPERATORS, reads)
    return rows


def may(role: str, action: str, *, read_only: bool = False) -> bool:
    """Whether a role may perform an action; an unknown action is refused to everyone."""
    roles, reads = table().get(action, (frozenset(), False))
    return role in roles and (reads or not read_only)
