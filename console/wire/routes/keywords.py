"""Routes: keywords."""

from console.wire import presenters
from console.wire.paging import Listing
from console.wire.route import Route
from messaging import filters
from messaging.models import Keyword
from messaging.operations import keywords

ROUTES: dict[str, Route | Listing] = {
    "PutKeyword": Route(keywords.put_keyword),
    "DescribeKeywords": Listing(
        Keyword,
        filters=filters.KEYWORD_FILTERS,
        ids="Keywords",
        within=presenters.keywords_of_identity,
        order="keyword",
        id_field="keyword",
        resource_type="keyword",
        clean_id=presenters.in_capitals,
    ),
    "DeleteKeyword": Route(keywords.delete_keyword),
}
