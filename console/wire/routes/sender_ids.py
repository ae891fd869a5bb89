"""Routes: sender IDs."""

from console.wire import presenters
from console.wire.paging import Listing
from console.wire.route import Route
from messaging import filters
from messaging.models import SenderId
from messaging.operations import sender_ids

ROUTES: dict[str, Route | Listing] = {
    "RequestSenderId": Route(sender_ids.request_sender_id, presenters.sender_id),
    "DescribeSenderIds": Listing(
        SenderId,
        filters=filters.SENDER_ID_FILTERS,
        ids="SenderIds",
        present=presenters.sender_id,
        pick=presenters.sender_ids_picked,
    ),
    "UpdateSenderId": Route(sender_ids.update_sender_id, presenters.sender_id),
    "ReleaseSenderId": Route(sender_ids.release_sender_id, presenters.sender_id),
}
