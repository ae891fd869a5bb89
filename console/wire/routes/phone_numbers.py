"""Routes: phone numbers."""

from console.wire import presenters
from console.wire.paging import Listing
from console.wire.route import Route
from messaging import filters
from messaging.models import PhoneNumber
from messaging.operations import phone_numbers

ROUTES: dict[str, Route | Listing] = {
    "RequestPhoneNumber": Route(phone_numbers.request_phone_number, presenters.phone_number),
    "DescribePhoneNumbers": Listing(
        PhoneNumber,
        filters=filters.PHONE_NUMBER_FILTERS,
        ids="PhoneNumberIds",
        present=presenters.phone_number,
        joined=("opt_out_list", "pool"),
    ),
    "UpdatePhoneNumber": Route(phone_numbers.update_phone_number, presenters.phone_number),
    "ReleasePhoneNumber": Route(phone_numbers.release_phone_number, presenters.phone_number),
}
