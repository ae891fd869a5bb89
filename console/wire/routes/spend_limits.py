"""Routes: monthly spend limits. Those of Notify and RCS messages, which nothing here sends, are refused by name."""

from console.wire.paging import Items
from console.wire.route import Route
from messaging.operations import spend_limits

ROUTES: dict[str, Route | Items] = {
    "DescribeSpendLimits": Items(spend_limits.describe_spend_limits),
    "SetTextMessageSpendLimitOverride": Route(spend_limits.set_text_message_spend_limit_override),
    "SetMediaMessageSpendLimitOverride": Route(spend_limits.set_media_message_spend_limit_override),
    "SetVoiceMessageSpendLimitOverride": Route(spend_limits.set_voice_message_spend_limit_override),
    "DeleteTextMessageSpendLimitOverride": Route(spend_limits.delete_text_message_spend_limit_override),
    "DeleteMediaMessageSpendLimitOverride": Route(spend_limits.delete_media_message_spend_limit_override),
    "DeleteVoiceMessageSpendLimitOverride": Route(spend_limits.delete_voice_message_spend_limit_override),
}
