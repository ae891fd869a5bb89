"""Routes: opt-out lists and the numbers on them."""

from console.wire import presenters
from console.wire.paging import Listing
from console.wire.route import Route
from messaging import filters
from messaging.models import OptedOutNumber, OptOutList
from messaging.operations import opt_out_lists

ROUTES: dict[str, Route | Listing] = {
    "CreateOptOutList": Route(opt_out_lists.create_opt_out_list, presenters.opt_out_list),
    "DescribeOptOutLists": Listing(OptOutList, ids="OptOutListNames", present=presenters.opt_out_list),
    "DeleteOptOutList": Route(opt_out_lists.delete_opt_out_list, presenters.opt_out_list),
    "PutOptedOutNumber": Route(opt_out_lists.put_opted_out_number, presenters.opted_out_number, own=("reason",)),
    "DescribeOptedOutNumbers": Listing(
        OptedOutNumber,
        filters=filters.OPTED_OUT_FILTERS,
        ids="OptedOutNumbers",
        within=presenters.numbers_of_list,
        order="opted_out_number",
        id_field="opted_out_number",
        resource_type="opted-out-number",
        clean_id=presenters.e164,
    ),
    "DeleteOptedOutNumber": Route(opt_out_lists.delete_opted_out_number, presenters.opted_out_number, own=("reason",)),
}
