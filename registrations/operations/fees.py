"""What registrations cost. The charges themselves are kept by messaging (operations/charges.py)."""

from messaging.models import Charge
from messaging.operations.charges import begin_monthly_charge, end_monthly_charge, record_charge
from registrations.definitions import MONTHLY, ON_SUBMISSION, Answers
from registrations.models import Registration


def charge_submission(registration: Registration, answers: Answers) -> int:
    """Charge what a submission costs; returns the sum in 0.00001 USD. What is due once is never charged again."""
    total = 0
    for fee in registration.definition.fees_due(answers, ON_SUBMISSION):
        charged = Charge.objects.filter(
            owner_id=registration.owner_id, kind=fee.kind, about=registration.registration_id
        )
        if fee.once and charged.exists():
            continue
        record_charge(registration.owner_id, fee.kind, fee.units, registration.registration_id)
        total += fee.units
    return total


def start_monthly(registration: Registration, answers: Answers) -> None:
    """Charge the month of an approval and every one after it, if the type has monthly fees."""
    for fee in registration.definition.fees_due(answers, MONTHLY):
        begin_monthly_charge(registration.owner_id, fee.kind, fee.units, registration.registration_id)


def stop_monthly(registration: Registration) -> None:
    """The registration stands for nothing any more: the current month is the last that is charged."""
    for fee in registration.definition.fees:
        if fee.when == MONTHLY:
            end_monthly_charge(registration.owner_id, fee.kind, registration.registration_id)
