"""A send as the `aws` command and as Python, with this server's endpoint: exactly the request that a page makes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from console.commands import SERVICE, command
from messaging.caller import Caller
from messaging.models import Message

# What sends a message of a channel.
OPERATIONS = {"SMS": "send_text_message", "MMS": "send_media_message", "VOICE": "send_voice_message"}


@dataclass(frozen=True, slots=True)
class SendCommands:
    """The same request twice."""

    cli: str
    python: str


def member(name: str) -> str:
    """A parameter as the API's JSON spells it: message_body -> MessageBody."""
    return "".join(word.capitalize() for word in name.split("_"))


def send_commands(
    request: HttpRequest, caller: Caller, parameters: Mapping[str, Any], *, channel: str = "SMS"
) -> SendCommands:
    """Both forms of the channel's send operation with these snake_case parameters; empty ones are left out."""
    function = OPERATIONS[channel]
    given = {name: value for name, value in parameters.items() if value not in (None, "", {}, [], False)}
    options: list[str] = []
    for name, value in given.items():
        options.append(f"--{name.replace('_', '-')}")
        if isinstance(value, Mapping):
            options.append(json.dumps(dict(value), ensure_ascii=False))
        elif isinstance(value, list):
            options += value
        elif value is not True:
            options.append(str(value))
    endpoint = f"{request.scheme}://{request.get_host()}"
    arguments = "".join(f"    {member(name)}={_literal(value)},\n" for name, value in given.items())
    python = (
        "import boto3\n\n"
        f'client = boto3.client("{SERVICE}", endpoint_url="{endpoint}", region_name="{caller.region}")\n'
        f"response = client.{function}(\n{arguments})\n"
        'print(response["MessageId"])'
    )
    return SendCommands(command(request, caller, function.replace("_", "-"), options), python)


def _literal(value: Any) -> str:
    if isinstance(value, Mapping):
        return repr({str(key): str(item) for key, item in value.items()})
    return repr(value)


def parameters_of(message: Message) -> dict[str, Any]:
    """The parameters of the channel's send operation that make this message again."""
    chosen = message.chosen_because
    identity = message.pool_id if chosen == "pool" else message.origination_identity if chosen == "given" else ""
    parameters: dict[str, Any] = {
        "destination_phone_number": message.destination_phone_number,
        "origination_identity": identity,
        "message_body": message.message_body,
        "media_urls": message.media_urls,
        "message_type": message.message_type,
        "keyword": message.keyword,
        "configuration_set_name": message.configuration_set_name,
        "max_price": message.max_price,
        "time_to_live": round((message.expires_at - message.created_timestamp).total_seconds()),
        "context": message.context,
        "destination_country_parameters": message.destination_country_parameters,
    }
    if message.channel == "MMS":  # its request has no message type: the originator or configuration set says it
        del parameters["message_type"], parameters["keyword"], parameters["destination_country_parameters"]
    if message.channel == "VOICE":
        for name in ("message_type", "keyword", "destination_country_parameters", "media_urls"):
            del parameters[name]
        parameters["max_price_per_minute"] = parameters.pop("max_price")
        parameters["message_body_text_type"] = message.message_body_text_type
        parameters["voice_id"] = message.voice_id
    return parameters
