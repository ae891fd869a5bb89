"""Routes: pools."""

from console.wire import presenters
from console.wire.paging import Chain, Listing
from console.wire.route import Route
from messaging import filters
from messaging.models import PhoneNumber, Pool, SenderId
from messaging.operations import pools

ROUTES: dict[str, Route | Listing | Chain] = {
    "CreatePool": Route(pools.create_pool, presenters.pool),
    "DescribePools": Listing(
        Pool, filters=filters.POOL_FILTERS, ids="PoolIds", present=presenters.pool, joined=("opt_out_list",)
    ),
    "UpdatePool": Route(pools.update_pool, presenters.pool),
    "DeletePool": Route(pools.delete_pool, presenters.pool),
    "AssociateOriginationIdentity": Route(pools.associate_origination_identity),
    "DisassociateOriginationIdentity": Route(pools.disassociate_origination_identity),
    "ListPoolOriginationIdentities": Chain(
        (
            Listing(
                PhoneNumber,
                filters=filters.POOL_ORIGINATION_IDENTITY_FILTERS,
                present=presenters.pool_identity,
                within=presenters.numbers_of_pool,
            ),
            Listing(
                SenderId,
                filters=filters.POOL_ORIGINATION_IDENTITY_FILTERS,
                present=presenters.pool_sender_id,
                within=presenters.sender_ids_of_pool,
            ),
        )
    ),
}
