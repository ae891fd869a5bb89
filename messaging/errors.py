"""The one family of refusals. Operations raise these and nothing else; doors translate them.

`reason` is a member of the service model's reason enumerations (`ConflictExceptionReason` and its kin);
`resource_type` and `resource_id` are what the error shapes call ResourceType and ResourceId.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Resource:
    """What a refusal concerns: a type of the service model's ResourceType and an id or ARN."""

    type: str
    id: str


class Refusal(Exception):
    """An operation's no: a message for people, a reason for programs, the next step for both."""

    default_reason = "OTHER"
    keeps_changes = False  # True: what the operation wrote before it refused stays (a wrong try that counts)

    def __init__(
        self,
        message: Text,
        *,
        reason: str = "",
        resource: Resource | None = None,
        fields: Mapping[str, Text] | None = None,
        next_step: Text = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason
        self.resource = resource
        self.fields: Mapping[str, Text] = fields or {}
        self.next_step = next_step

    def __str__(self) -> str:
        return str(self.message)


class Invalid(Refusal):
    """The request itself is wrong. `fields` maps snake_case parameter names to what is wrong with each."""

    default_reason = "INVALID_PARAMETER"


class NotFound(Refusal):
    """No such row in this account and Region (a row of another account does not exist for the caller)."""

    default_reason = ""

    def __init__(self, type: str, id: str, *, next_step: Text = "") -> None:
        super().__init__(
            _("There is no %(type)s “%(id)s” in this account and Region.") % {"type": type, "id": id},
            resource=Resource(type, id),
            next_step=next_step or _("Check the id and that you are in the right account and Region."),
        )


class Conflict(Refusal):
    """The request is well formed but the state of a resource forbids it."""

    default_reason = "RESOURCE_MODIFICATION_NOT_ALLOWED"


class OverQuota(Refusal):
    """A limit on how much there may be has been reached."""

    default_reason = "PHONE_NUMBERS_PER_ACCOUNT"


class Denied(Refusal):
    """The caller may not do this. `action` is the API action that the permission is asked for."""

    default_reason = ""

    def __init__(self, message: Text, *, action: str = "", reason: str = "", next_step: Text = "") -> None:
        super().__init__(message, reason=reason, next_step=next_step)
        self.action = action


class Throttled(Refusal):
    """Too fast. `retry_seconds` is how long to wait before the next try can succeed."""

    default_reason = ""

    def __init__(self, message: Text, *, retry_seconds: float = 1.0, next_step: Text = "") -> None:
        super().__init__(message, next_step=next_step or _("Wait a moment and try again."))
        self.retry_seconds = retry_seconds
