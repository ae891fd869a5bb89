"""Nobody decides on what they submitted or last edited, unless the rule is off.

The rule is a setting of the account; without it, the rule holds as soon as an account has more than one member. Who
works with an access key counts as the person who made it. Members and keys are the console's, which registers itself.
"""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from messaging import clock
from messaging.caller import Caller
from messaging.errors import Denied
from messaging.operations.registry import operation
from registrations.models import RegistrationVersion, ReviewSettings

ACTION = "DecideRegistrationVersion"


class Members:
    """What the rule asks about an account's members. Without a console there are none to ask about."""

    def count(self, account_id: str) -> int:
        """How many people belong to an account (12 digits)."""
        return 1

    def people_behind(self, actors: Collection[str]) -> Mapping[str, str]:
        """The people, as actors, behind the access keys among some actors."""
        return {}


members = Members()


def members_are_known_by(known_by: Members) -> None:
    """Register who knows the members."""
    global members
    members = known_by


def setting(caller: Caller) -> bool | None:
    """What the account has set; None when the rule goes by the number of members."""
    settings = ReviewSettings.objects.filter(owner_id=caller.owner_id).first()
    return settings.four_eyes if settings else None


def holds(caller: Caller, chosen: bool | None) -> bool:
    """Whether the rule holds with this setting."""
    return members.count(caller.account_id) > 1 if chosen is None else chosen


def in_force(caller: Caller) -> bool:
    """Whether the rule holds in the caller's account and Region."""
    return holds(caller, setting(caller))


def is_one_of(caller: Caller, *actors: str) -> bool:
    """Whether the caller is one of these actors, or the same person. One query where an access key is among them."""
    people = members.people_behind({caller.actor, *actors})
    return people.get(caller.actor, caller.actor) in {people.get(actor, actor) for actor in actors}


def are_own(caller: Caller, version: RegistrationVersion) -> bool:
    """Whether the caller submitted or last edited a version."""
    return is_one_of(caller, version.submitted_by, version.edited_by)


def check(caller: Caller, version: RegistrationVersion) -> bool:
    """Whether somebody else than the author decides. Raises Denied for the author while the rule holds."""
    if not are_own(caller, version):
        return True
    if in_force(caller):
        raise Denied(
            _("You submitted or last edited this version; somebody else must decide on it (four-eyes rule)."),
            action=ACTION,
            next_step=_("Ask another reviewer. An administrator can change the rule."),
        )
    return False


@operation(changes_settings=False, resource=lambda settings: settings.owner.arn("registration-review"))
def set_four_eyes(caller: Caller, *, four_eyes: bool | None) -> ReviewSettings:
    """Turn the rule on or off; None lets it hold as soon as there is more than one member."""
    row, _made = ReviewSettings.objects.update_or_create(
        owner_id=caller.owner_id,
        defaults={"four_eyes": four_eyes, "changed_at": clock.now(), "changed_by": caller.actor},
    )
    return row
