"""Which operation of the API is answered by what: one table for all that is offered, one list for what is not yet.

A change, or a read that answers with one thing, is a Route to the operation of messaging with the same name; a list
is a Listing over a table, or Items over a short computed list. A new operation moves from UNSUPPORTED to ROUTES.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from console import shapes
from console.wire import presenters, replay
from console.wire.codec import encoder
from console.wire.paging import Chain, Items, Listing
from messaging import filters
from messaging.caller import Caller
from messaging.models import (
    ConfigurationSet,
    Keyword,
    OptedOutNumber,
    OptOutList,
    PhoneNumber,
    Pool,
    SenderId,
    VerifiedDestinationNumber,
)
from messaging.operations import (
    accounts,
    configuration_sets,
    event_destinations,
    keywords,
    opt_out_lists,
    phone_numbers,
    pools,
    sender_ids,
    sending,
    tags,
    verified_numbers,
)


@dataclass(frozen=True)
class Route:
    """An operation by its function and, where the result is not the answer yet, its presenter.

    own names parameters of the function that the API does not have (pages pass them).
    """

    function: Callable[..., Any]
    present: Callable[[Caller, Any, Mapping[str, Any]], Any] = presenters.as_is
    own: tuple[str, ...] = ()

    def answer(self, caller: Caller, action: str, given: dict[str, Any]) -> dict[str, Any]:
        """The output members by API name. Raises refusals."""
        token = next((given.pop(shapes.snake(name), None) for name in shapes.tokens(action)), None)

        def call() -> dict[str, Any]:
            reply: dict[str, Any] = encoder(action)(self.present(caller, self.function(caller, **given), given))
            return reply

        return replay.once(caller, action, token, given, call) if token else call()


ROUTES: dict[str, Route | Listing | Chain | Items] = {
    # Sending
    "SendTextMessage": Route(sending.send_text_message),
    # Phone numbers
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
    # Sender IDs
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
    # Verified destination numbers
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
    # Pools
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
    # Configuration sets
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
    # Event destinations
    "CreateEventDestination": Route(event_destinations.create_event_destination),
    "UpdateEventDestination": Route(event_destinations.update_event_destination),
    "DeleteEventDestination": Route(event_destinations.delete_event_destination),
    # Opt-out lists and the numbers on them
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
    # Keywords
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
    # Tags
    "TagResource": Route(tags.tag_resource),
    "UntagResource": Route(tags.untag_resource),
    "ListTagsForResource": Route(tags.list_tags_for_resource),
    # The account
    "DescribeAccountAttributes": Items(accounts.describe_account_attributes),
    "DescribeAccountLimits": Items(accounts.describe_account_limits),
    "DescribeSpendLimits": Items(accounts.describe_spend_limits),
}

# Refused by name with ValidationException UNKNOWN_OPERATION; a test holds both tables to the service model.
UNSUPPORTED = frozenset(
    {
        "AssociateProtectConfiguration",
        "CarrierLookup",
        "CreateNotifyConfiguration",
        "CreateProtectConfiguration",
        "CreateRcsAgent",
        "CreateRegistration",
        "CreateRegistrationAssociation",
        "CreateRegistrationAttachment",
        "CreateRegistrationVersion",
        "DeleteAccountDefaultProtectConfiguration",
        "DeleteMediaMessageSpendLimitOverride",
        "DeleteNotifyConfiguration",
        "DeleteNotifyMessageSpendLimitOverride",
        "DeleteProtectConfiguration",
        "DeleteProtectConfigurationRuleSetNumberOverride",
        "DeleteRcsAgent",
        "DeleteRcsMessageSpendLimitOverride",
        "DeleteRegistration",
        "DeleteRegistrationAttachment",
        "DeleteRegistrationFieldValue",
        "DeleteResourcePolicy",
        "DeleteTextMessageSpendLimitOverride",
        "DeleteVoiceMessageSpendLimitOverride",
        "DescribeNotifyConfigurations",
        "DescribeNotifyTemplates",
        "DescribeProtectConfigurations",
        "DescribeRcsAgentCountryLaunchStatus",
        "DescribeRcsAgents",
        "DescribeRegistrationAttachments",
        "DescribeRegistrationFieldDefinitions",
        "DescribeRegistrationFieldValues",
        "DescribeRegistrationSectionDefinitions",
        "DescribeRegistrationTypeDefinitions",
        "DescribeRegistrationVersions",
        "DescribeRegistrations",
        "DisassociateProtectConfiguration",
        "DiscardRegistrationVersion",
        "GetProtectConfigurationCountryRuleSet",
        "GetResourcePolicy",
        "ListAvailablePhoneNumbers",
        "ListNotifyCountries",
        "ListProtectConfigurationRuleSetNumberOverrides",
        "ListRegistrationAssociations",
        "PutMessageFeedback",
        "PutProtectConfigurationRuleSetNumberOverride",
        "PutRegistrationFieldValue",
        "PutResourcePolicy",
        "SendMediaMessage",
        "SendNotifyTextMessage",
        "SendNotifyVoiceMessage",
        "SendRcsMessage",
        "SendVoiceMessage",
        "SetAccountDefaultProtectConfiguration",
        "SetMediaMessageSpendLimitOverride",
        "SetNotifyMessageSpendLimitOverride",
        "SetRcsMessageSpendLimitOverride",
        "SetTextMessageSpendLimitOverride",
        "SetVoiceMessageSpendLimitOverride",
        "SubmitRegistrationVersion",
        "UpdateNotifyConfiguration",
        "UpdateProtectConfiguration",
        "UpdateProtectConfigurationCountryRuleSet",
        "UpdateRcsAgent",
    }
)
