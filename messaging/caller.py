"""Who calls an operation, for which account in which Region, and through which door."""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from messaging.errors import Denied
from messaging.permissions import Role, may

if TYPE_CHECKING:
    from messaging.models import RegionalAccount


class Door(StrEnum):
    """The ways into the core."""

    PAGE = "page"
    WIRE = "wire"
    SIMULATOR = "simulator"
    TASK = "task"
    COMMAND = "command"
    SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class Caller:
    """The scope and the rights of one call.

    owner_id is the primary key of the account in its Region (messaging.models.RegionalAccount): every query is
    narrowed by it. actor is "user:<name>", "key:<access key id>" or "system".
    """

    owner_id: int
    account_id: str
    region: str
    actor: str
    role: Role
    door: Door
    read_only: bool = False
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @classmethod
    def system(cls, owner: "RegionalAccount", door: Door = Door.TASK) -> "Caller":
        """The caller of background work: may do everything, in this one account and Region."""
        return cls(owner.pk, owner.account_id, owner.region, "system", Role.ADMINISTRATOR, door)

    def may(self, action: str) -> bool:
        """Whether this caller's role (and read-only mark) allows an API action such as CreatePool."""
        return may(self.role, action, read_only=self.read_only)

    def require(self, action: str) -> None:
        """Raise Denied unless the caller may perform the action."""
        if not self.may(action):
            raise Denied(
                _("The role %(role)s may not perform %(action)s.")
                % {"role": _("read-only key") if self.read_only else self.role.label, "action": action},
                action=action,
                next_step=_(
                    "Ask an administrator of the account for a role that may; Members lists what each role allows."
                ),
            )

    def arn(self, resource: str) -> str:
        """The vendor-shaped ARN of a resource given as `type/id` in this account and Region."""
        return f"arn:aws:sms-voice:{self.region}:{self.account_id}:{resource}"
