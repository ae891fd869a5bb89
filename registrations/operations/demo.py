"""Registrations of the demo account (messaging.operations.demo): complete, returned, in review and begun.

They are made by the operations that people use, with the examples of the forms' own data, and decided by the simulated
reviewer at the time when it comes to them.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from messaging import clock
from messaging.caller import Caller
from messaging.models import PhoneNumber
from registrations.definitions import ATTACHMENT, REQUIRED, TEXT
from registrations.models import Registration, ReviewMode
from registrations.operations.associations import create_registration_association
from registrations.operations.field_values import put_registration_field_value
from registrations.operations.policies import review_due, set_reviewer_policy
from registrations.operations.registrations import create_registration
from registrations.operations.versions import submit_registration_version

BRAND, CAMPAIGN = "US_TEN_DLC_BRAND_REGISTRATION", "US_TEN_DLC_CAMPAIGN_REGISTRATION"
TOLL_FREE, SINGAPORE = "US_TOLL_FREE_REGISTRATION", "SG_SENDER_ID_REGISTRATION"
CAMPAIGN_WAIT = timedelta(days=12)  # the documented four weeks would not be over within the demo's month


def file_registrations(caller: Caller, toll_free: PhoneNumber, start: datetime, end: datetime) -> dict[str, str]:
    """A complete brand, its campaign returned with reasons, a toll-free form half done, a sender ID to be reviewed.

    start and end are those of the demo's month. Returns registration type -> id.
    """
    frozen = clock.FrozenClock(start + timedelta(hours=9))
    with clock.using(frozen):
        set_reviewer_policy(
            caller,
            registration_type=CAMPAIGN,
            mode=ReviewMode.AUTOMATIC,
            wait_seconds=round(CAMPAIGN_WAIT.total_seconds()),
        )
        set_reviewer_policy(caller, registration_type=SINGAPORE, mode=ReviewMode.MANUAL)
        brand = _filled(caller, BRAND, "Example Outfitters")
        _reviewed(caller, brand, frozen)
        campaign = _filled(caller, CAMPAIGN, "Order notices", bad=("campaignInfo.optInWorkflow",))
        create_registration_association(caller, registration_id=campaign.name, resource_id=brand.name)
        _reviewed(caller, campaign, frozen)
        frozen.instant = max(end - timedelta(days=2), frozen.instant)
        begun = _filled(caller, TOLL_FREE, "Support line", sections=("companyInfo", "contactInfo"))
        create_registration_association(caller, registration_id=begun.name, resource_id=toll_free.phone_number_id)
        frozen.advance(hours=3)
        waiting = _filled(caller, SINGAPORE, "Singapore notices")
        submit_registration_version(caller, registration_id=waiting.name)
    return {row.registration_type: row.registration_id for row in (brand, campaign, begun, waiting)}


def _filled(
    caller: Caller, registration_type: str, name: str, *, sections: Collection[str] = (), bad: Collection[str] = ()
) -> Registration:
    """A registration with every required field answered, or those of some sections; as an example warns of, where bad.

    Files are left out: the types that are submitted here require none.
    """
    row: Registration = create_registration(
        caller, registration_type=registration_type, tags=[{"key": "Name", "value": name}]
    )
    fields = row.definition.fields
    answers = {path: (entry.example,) for path, entry in fields.items() if entry.field_type != ATTACHMENT}
    for path, (example,) in answers.items():
        entry = fields[path]
        if entry.resolve(answers).behavior != REQUIRED or (sections and entry.section_path not in sections):
            continue
        said = entry.bad_example if path in bad else example
        put_registration_field_value(
            caller,
            registration_id=row.name,
            field_path=path,
            **({"text_value": said} if entry.field_type == TEXT else {"select_choices": [said]}),
        )
    return row


def _reviewed(caller: Caller, row: Registration, frozen: clock.FrozenClock) -> None:
    """Submit a registration and let the simulated reviewer decide, each step at its time."""
    version = submit_registration_version(caller, registration_id=row.name)
    while version.due_at:
        frozen.instant = version.due_at
        review_due()
        version.refresh_from_db()
    frozen.advance(hours=2)
