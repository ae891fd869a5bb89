"""POST /: one request of the API, from its target to its answer, the same way for every operation."""

import os
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import translation

from console import shapes
from console.wire import auth, codec, errors, validate
from console.wire.errors import ProtocolError
from console.wire.registry import ROUTES
from messaging.caller import Caller
from messaging.errors import Invalid

CONTENT_TYPE = "application/x-amz-json-1.0"
# The largest input of the model is an attachment of 1.5 MiB, 2 MiB in Base64.
BODY_LIMIT = 4 * 1024 * 1024


def is_for_the_wire(meta: Mapping[str, Any]) -> bool:
    """Whether a request to / speaks the API and not HTML."""
    return "HTTP_X_AMZ_TARGET" in meta or meta.get("CONTENT_TYPE", "").startswith("application/x-amz-json")


def handle(request: HttpRequest) -> HttpResponse:
    """The answer to a request; no exception leaves this function."""
    translation.activate("en")  # programs read the refusals of the wire; people read those of pages
    request_id = new_request_id()
    operation = ""
    try:
        operation = target(request.META)
        body = content(request)
        caller = auth.authenticate(request.META, body, request_id, operation)
        reply, status, headers = codec.dumps(perform(caller, operation, body)), 200, {}
    except Exception as error:
        answer = errors.answer(error, request_id, operation)
        reply, status, headers = codec.dumps(answer.body), answer.status, dict(answer.headers)
    headers["x-amzn-RequestId"] = request_id
    headers["Content-Length"] = str(len(reply))
    response = HttpResponse(reply, content_type=CONTENT_TYPE, status=status, headers=headers)
    response._has_been_logged = True  # type: ignore[attr-defined]  # a program's refusals are no news for the server's log
    return response


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


def content(request: HttpRequest) -> bytes:
    """The body. Raises Invalid: MAXIMUM_SIZE_EXCEEDED before reading one too large, CANNOT_PARSE for half of one."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > BODY_LIMIT:
        raise Invalid(
            f"The request body is larger than {BODY_LIMIT} bytes.",
            reason="MAXIMUM_SIZE_EXCEEDED",
            next_step="Send a smaller request.",
        )
    try:
        return request.body
    except UnreadablePostError as error:
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
