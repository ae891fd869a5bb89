"""Sending media: an MMS is accepted like a text message, and its file is fetched when it is about to be carried."""

from collections.abc import Mapping, Sequence

from messaging.caller import Caller
from messaging.operations import checks
from messaging.operations.checks.send import Send
from messaging.operations.registry import operation
from messaging.operations.sending import Checked, Sent, accept, only_checked


@operation(logged=False, changes_settings=False, shares_commit=True)
def send_media_message(
    caller: Caller,
    *,
    destination_phone_number: str,
    origination_identity: str,
    message_body: str | None = None,
    media_urls: Sequence[str] | None = None,
    configuration_set_name: str | None = None,
    max_price: str | None = None,
    time_to_live: int | None = None,
    context: Mapping[str, str] | None = None,
    dry_run: bool = False,
    protect_configuration_id: str | None = None,
    message_feedback_enabled: bool | None = None,
) -> Sent:
    """Accept a multimedia message, or with dry_run only check it. Source: SendMediaMessage.

    media_urls is one `s3://bucket/key`; max_price is decimal US dollars per message (an MMS is one part), time_to_live
    seconds. Raises what the checks of messaging/operations/checks raise; what is wrong with the file ends the message
    later, as an event.
    """
    send = Send(
        caller,
        destination_phone_number,
        message_body or "",
        origination_identity,
        configuration_set_name=configuration_set_name or "",
        max_price=max_price or "",
        time_to_live=time_to_live,
        context=context or {},
        message_feedback_enabled=message_feedback_enabled,
        protect_configuration_id=protect_configuration_id or "",
        channel="MMS",
        media_urls=list(media_urls or ()),
    )
    checks.pass_all(send)
    if dry_run:
        return only_checked(send)
    message = accept(send)
    return Sent(str(message.message_id), message)


@operation()
def check_media_message(caller: Caller, **parameters: object) -> Checked:
    """Run every check of an MMS to the end and send nothing; parameters are those of send_media_message."""
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    given = {"destination_phone_number": "", "message_body": "", **given, "channel": "MMS"}
    given.pop("dry_run", None)
    send = Send(caller, **given)  # type: ignore[arg-type]
    said = checks.verdicts(send)
    return Checked(send, said, send.candidates)
