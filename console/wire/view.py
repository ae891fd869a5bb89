"""POST /: one request of the API, from its target to its answer, the same way for every operation."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import translation

from console import shapes
from console.wire import auth, codec, errors, validate
from console.wire.errors import ProtocolError
from console.wire.registry import ROUTES
from messaging.caller import Caller
from messaging.errors import Invalid

CONTENT_TYPE = "application/x-amz-json-1.0"
# The largest input of the model is an attachment of 5 MiB, 6.7 MiB in Base64.
BODY_LIMIT = 8 * 1024 * 1024


def is_for_the_wire(meta: Mapping[str, Any]) -> bool:
    """Whether a request to / speaks the API and not HTML."""
    return "HTTP_X_AMZ_TARGET" in meta or meta.get("CONTENT_TYPE", "").startswith("application/x-amz-json")


def respond(meta: Mapping[str, Any], read: Callable[[], bytes]) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer to a request of this WSGI environment; no exception leaves this function.

    read() gives the body, of the length that the environment says, or raises OSError.
    """
    translation.activate("en")  # programs read the refusals of the wire; people read those of pages
    request_id = new_request_id()
    operation = ""
    try:
        operation = target(meta)
        body = content(meta, read)
        caller = auth.authenticate(meta, body, request_id, operation)
        reply, status, headers = codec.dumps(perform(caller, operation, body)), 200, {}
    except Exception as error:
        answer = errors.answer(error, request_id, operation)
        reply, status, headers = codec.dumps(answer.body), answer.status, dict(answer.headers)
    headers["Content-Type"] = CONTENT_TYPE
    headers["x-amzn-RequestId"] = request_id
    headers["Content-Length"] = str(len(reply))
    return status, headers, reply


def new_request_id() -> str:
    """A random version 4 UUID (RFC 9562 §5.4), without the cost of a UUID object."""
    text = os.urandom(16).hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def target(meta: Mapping[str, Any]) -> str:
    """The operation that X-Amz-Target names. Raises ProtocolError for one that the service does not have."""
    prefix = shapes.target_prefix()
    given: str = meta.get("HTTP_X_AMZ_TARGET", "")
    name = given[len(prefix) :]
    if not given.startswith(prefix) or name not in shapes.operation_names():
        raise ProtocolError("UnknownOperationException", f"X-Amz-Target names no operation of {prefix}*.")
    return name


def content(meta: Mapping[str, Any], read: Callable[[], bytes]) -> bytes:
    """The body. Raises Invalid: MAXIMUM_SIZE_EXCEEDED before reading one too large, CANNOT_PARSE for half of one."""
    length = meta.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > BODY_LIMIT:
        raise Invalid(
            f"The request body is larger than {BODY_LIMIT} bytes.",
            reason="MAXIMUM_SIZE_EXCEEDED",
            next_step="Send a smaller request.",
        )
    try:
        return read()
    except OSError as error:
        raise Invalid("The request body ended early.", reason="CANNOT_PARSE", next_step="Send it again.") from error


def perform(caller: Caller, operation: str, body: bytes) -> dict[str, Any]:
    """The output members of an operation, by API name. Raises refusals."""
    route = ROUTES.get(operation)
    if route is None:
        raise Invalid(
            f"Switchboard does not offer {operation} yet.",
            reason="UNKNOWN_OPERATION",
            next_step="The change notes say which operations each release adds.",
        )
    given = validate.arguments(operation, codec.decode(body))
    return route.answer(caller, operation, given)
