"""Routes: configuration sets."""

from console.wire import presenters
from console.wire.paging import Listing
from console.wire.route import Route
from messaging import filters
from messaging.models import ConfigurationSet
from messaging.operations import configuration_sets

ROUTES: dict[str, Route | Listing] = {
    "CreateConfigurationSet": Route(configuration_sets.create_configuration_set, presenters.configuration_set),
    "DescribeConfigurationSets": Listing(
        ConfigurationSet,
        filters=filters.CONFIGURATION_SET_FILTERS,
        ids="ConfigurationSetNames",
        present=presenters.configuration_set,
        related=("event_destinations__event_types",),
    ),
    "DeleteConfigurationSet": Route(configuration_sets.delete_configuration_set, presenters.configuration_set),
    "SetDefaultMessageType": Route(configuration_sets.set_default_message_type, presenters.configuration_set),
    "DeleteDefaultMessageType": Route(configuration_sets.delete_default_message_type, presenters.configuration_set),
    "SetDefaultSenderId": Route(configuration_sets.set_default_sender_id, presenters.configuration_set),
    "DeleteDefaultSenderId": Route(configuration_sets.delete_default_sender_id, presenters.configuration_set),
    "SetDefaultMessageFeedbackEnabled": Route(
        configuration_sets.set_default_message_feedback_enabled, presenters.configuration_set
    ),
}
