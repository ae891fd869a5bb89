"""Refusals as the service's error shapes: __type, Message, and the members that the shape of the model has.

The wire speaks English whatever the language of the console: its texts are read in logs and by programs, so those that
only the wire has are not translatable.
"""

import logging
import math
from collections.abc import Mapping
from typing import Any

from console import shapes
from messaging.errors import Conflict, Denied, Invalid, NotFound, OverQuota, Refusal, Throttled

log = logging.getLogger("switchboard.wire")

TYPES: dict[type[Refusal], str] = {
    Invalid: "ValidationException",
    NotFound: "ResourceNotFoundException",
    Conflict: "ConflictException",
    OverQuota: "ServiceQuotaExceededException",
    Denied: "AccessDeniedException",
    Throttled: "ThrottlingException",
}
FAULT = "InternalServerException"


class ProtocolError(Exception):
    """A request that no operation gets to see: not signed, wrongly signed, or for no operation.

    code is the __type that JSON 1.0 services answer; the service model has no shape for these.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Answer:
    """Status, body and extra headers of a refusal."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, body: dict[str, Any], status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        self.body = body
        self.status = status
        self.headers = headers or {}


def answer(error: Exception, request_id: str, operation: str = "") -> Answer:
    """The answer for whatever an operation or the wire itself raised; an unexpected error is logged and is a fault."""
    if isinstance(error, ProtocolError):
        return Answer({"__type": error.code, "message": error.message})
    if isinstance(error, Refusal):
        return refused(error, operation)
    log.error("request %s: %s failed", request_id, operation or "a request", exc_info=error)
    message = "The request failed for a reason that is not yours. The server's log has it under the request id."
    return Answer({"__type": FAULT, "Message": message, "RequestId": request_id}, status=500)


def refused(refusal: Refusal, operation: str = "") -> Answer:
    """The error shape of a refusal."""
    name = next(TYPES[kind] for kind in type(refusal).__mro__ if kind in TYPES)
    said = {"Message": " ".join(str(part) for part in (refusal.message, refusal.next_step) if part)}
    if refusal.reason:
        said["Reason"] = refusal.reason
    if refusal.resource:
        said |= {"ResourceType": refusal.resource.type, "ResourceId": refusal.resource.id}
    members = shapes.service().shape_for(name).members
    body: dict[str, Any] = {"__type": name, **{member: value for member, value in said.items() if member in members}}
    if refusal.fields and "Fields" in members:
        body["Fields"] = [
            {"Name": api_name(operation, field), "Message": str(message)} for field, message in refusal.fields.items()
        ]
    waits = refusal.retry_seconds if isinstance(refusal, Throttled) else None
    return Answer(body, headers={"Retry-After": str(math.ceil(waits))} if waits else None)


def api_name(operation: str, field: str) -> str:
    """A parameter's name as the API spells it: iso_country_code -> IsoCountryCode; a name so spelled already stays."""
    known = shapes.parameters(operation) if operation else {}
    if field in known or not field[:1].islower() or "." in field:  # a registration's field path stays as it is
        return known.get(field, field)
    return "".join(word[:1].upper() + word[1:] for word in field.split("_"))
