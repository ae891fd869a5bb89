"""What statuses and choices of messages mean, in the reader's words. Codes stay beside them as the API has them."""

from django.utils.translation import gettext_lazy as _

from messaging.errors import Text

MEANINGS: dict[str, Text] = {
    "QUEUED": _("Accepted; waiting for the carrier."),
    "PENDING": _("With the carrier; neither delivered nor failed yet."),
    "SENT": _("Handed on, not confirmed by the handset."),
    "SUCCESSFUL": _("The recipient’s carrier accepted it."),
    "DELIVERED": _("It is on the recipient’s handset."),
    "BLOCKED": _("The handset blocks messages from this originator."),
    "TTL_EXPIRED": _("It could not be delivered within its time to live."),
    "CARRIER_UNREACHABLE": _(
        "A fault in the recipient’s network, usually a passing one; sending again later can help."
    ),
    "INVALID": _("The destination number is not valid."),
    "INVALID_MESSAGE": _("The carrier cannot deliver this text."),
    "CARRIER_BLOCKED": _("The carrier stopped it as unwanted or harmful."),
    "UNREACHABLE": _("The handset is off or out of the network; sending again later can help."),
    "SPAM": _("The carrier judged the text to be spam."),
    "UNKNOWN": _("No reason is known, or no final receipt came within 72 hours."),
    "PROTECT_BLOCKED": _("A protect configuration stopped it."),
    "FAILED": _("It could not be delivered."),
    "UNROUTABLE": _("The account is not set up for this destination."),
    "ACCEPTED": _("It was accepted."),
    "INITIATED": _("The call is about to be placed."),
    "RINGING": _("The call is placed and not answered yet."),
    "ANSWERED": _("The recipient answered."),
    "COMPLETED": _("The audio was played, to a person or a voicemail box."),
    "BUSY": _("The line was busy."),
    "NO_ANSWER": _("Nobody answered, and no voicemail did."),
    "FILE_TYPE_UNSUPPORTED": _("The media file is of a type that an MMS cannot carry."),
    "FILE_SIZE_EXCEEDED": _("The media file is larger than an MMS can carry."),
    "FILE_INACCESSIBLE": _("The media file could not be read."),
    "NO_RECEIPT": _("The carrier accepts it and no receipt ever comes; it ends as unknown after 72 hours."),
}

WHY_CHOSEN: dict[str, Text] = {
    "given": _("The request named it."),
    "pool": _("The request named a pool; this one of its originators reaches the destination."),
    "account": _("The request named none; this originator of the account reaches the destination."),
    "given-dynamic": _("The request named it; its country asks for no registered sender ID."),
    "default-sender-id": _("No originator of its own fits; the configuration set names this default sender ID."),
    "shared-route": _("No originator of its own fits, so the message went out on a shared route."),
    "reply": _("It answers a message that the handset sent to this number."),
}


def meaning(status: str) -> Text:
    """What a status says, or nothing for one that explains itself."""
    return MEANINGS.get(status, "")
