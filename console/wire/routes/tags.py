"""Routes: tags."""

from console.wire.route import Route
from messaging.operations import tags

ROUTES: dict[str, Route] = {
    "TagResource": Route(tags.tag_resource),
    "UntagResource": Route(tags.untag_resource),
    "ListTagsForResource": Route(tags.list_tags_for_resource),
}
