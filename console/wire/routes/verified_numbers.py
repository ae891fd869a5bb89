"""Routes: verified destination numbers."""

from console.wire import presenters
from console.wire.paging import Listing
from console.wire.route import Route
from messaging import filters
from messaging.models import VerifiedDestinationNumber
from messaging.operations import verified_numbers

ROUTES: dict[str, Route | Listing] = {
    "CreateVerifiedDestinationNumber": Route(
        verified_numbers.create_verified_destination_number, presenters.verified_number
    ),
    "DescribeVerifiedDestinationNumbers": Listing(
        VerifiedDestinationNumber,
        filters=filters.VERIFIED_DESTINATION_NUMBER_FILTERS,
        ids="VerifiedDestinationNumberIds",
        present=presenters.verified_number,
        within=presenters.verified_of_destinations,
        within_reads=("DestinationPhoneNumbers",),
    ),
    "SendDestinationNumberVerificationCode": Route(verified_numbers.send_destination_number_verification_code),
    "VerifyDestinationNumber": Route(verified_numbers.verify_destination_number, presenters.verified_number),
    "DeleteVerifiedDestinationNumber": Route(
        verified_numbers.delete_verified_destination_number, presenters.verified_number
    ),
}
