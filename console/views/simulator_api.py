"""Simulator control: JSON below /{account}/{region}/simulator/api/ for people's own tests.

HTTP Basic with an access key id and its secret; no session, no cookie, hence no CSRF. Refusals are JSON that names the
field, the reason and the next step. Instants are ISO 8601 in UTC.
"""

import functools
import json
import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from console.basic import NoAccess, NotAuthenticated, caller_by_key
from messaging.caller import Caller
from messaging.errors import Conflict, Denied, Invalid, NotFound, OverQuota, Refusal, Throttled
from messaging.models import HandsetBehaviour
from messaging.operations import clock, handsets, inbound, reset

STATUS = {Invalid: 400, NotFound: 404, Conflict: 409, OverQuota: 409, Denied: 403, Throttled: 429}
MOST_LISTED = 200

Answer = tuple[int, Any]
Handler = Callable[..., Answer]


def resource(**handlers: Handler) -> Callable[..., HttpResponse]:
    """A view of one URL: handlers by HTTP method, each `(caller, request body or query, **path) -> (status, JSON)`."""

    @csrf_exempt
    def view(request: HttpRequest, account: str, region: str, **parts: str) -> HttpResponse:
        try:
            caller = caller_by_key(request, account, region)
        except NotAuthenticated:
            return _unauthenticated()
        except NoAccess:
            return _refused(404, NotFound("account", f"{account}/{region}"))
        handler = handlers.get(str(request.method))
        if handler is None:
            response = _problem(405, "MethodNotAllowed", _("This URL does not take %s.") % request.method)
            response.headers["Allow"] = ", ".join(handlers)
            return response
        try:
            status, answer = handler(caller, _given(request), **parts)
        except Refusal as refusal:
            return _refused(STATUS[type(refusal)], refusal)
        return HttpResponse(status=status) if answer is None else JsonResponse(answer, status=status)

    functools.update_wrapper(view, resource, assigned=())
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def _given(request: HttpRequest) -> dict[str, Any]:
    """The query of a reading request, the JSON object of another. Raises Invalid."""
    if request.method in ("GET", "DELETE"):
        return dict(request.GET.items())
    if not request.body:
        return {}
    try:
        given = json.loads(request.body, parse_constant=_no_json)
        text = json.dumps(given, ensure_ascii=False)
        if "\\u0000" in text or not text.encode():  # a lone surrogate cannot be encoded
            raise ValueError("NUL")
    except (ValueError, RecursionError) as error:
        raise Invalid(_("The body is not JSON: %s.") % error, next_step=_("Send a JSON object.")) from error
    if not isinstance(given, dict):
        raise Invalid(_("The body is not a JSON object."), next_step=_("Send an object, such as {}."))
    return given


def _no_json(constant: str) -> None:
    raise ValueError(constant)


def take(given: dict[str, Any], required: dict[str, type], optional: dict[str, type] | None = None) -> dict[str, Any]:
    """The members of a body, with the right types and no others. Raises Invalid naming the field."""
    known = {**required, **(optional or {})}
    for name in given:
        if name not in known:
            allowed = ", ".join(known) or _("none")
            raise wrong(
                name, _("There is no member “%(name)s”; known are: %(known)s.") % {"name": name, "known": allowed}
            )
    for name in required:
        if name not in given:
            raise wrong(name, _("The member “%(name)s” is missing.") % {"name": name}, "MISSING_PARAMETER")
    for name, value in given.items():
        fits = isinstance(value, (int, float) if known[name] is float else known[name])
        if not fits or isinstance(value, bool):
            kind = {str: _("text"), int: _("a whole number"), float: _("a number"), list: _("a list")}[known[name]]
            raise wrong(name, _("The member “%(name)s” must be %(kind)s.") % {"name": name, "kind": kind})
    return given


def wrong(name: str, message: str, reason: str = "") -> Invalid:
    return Invalid(message, reason=reason, fields={name: message})


def _unauthenticated() -> HttpResponse:
    response = _problem(
        401,
        "NotAuthenticated",
        _("Simulator control needs an access key of the account."),
        next_step=_("Send HTTP Basic with the access key id as user and the secret access key as password."),
    )
    response.headers["WWW-Authenticate"] = 'Basic realm="Switchboard simulator control", charset="UTF-8"'
    return response


def _refused(status: int, refusal: Refusal) -> HttpResponse:
    return _problem(
        status,
        type(refusal).__name__,
        str(refusal),
        reason=refusal.reason,
        fields={name: str(text) for name, text in refusal.fields.items()},
        next_step=str(refusal.next_step) or next((str(text) for text in refusal.fields.values()), ""),
    )


def _problem(
    status: int, kind: str, message: str, *, reason: str = "", fields: dict[str, str] | None = None, next_step: str = ""
) -> HttpResponse:
    fields = fields or {}
    return JsonResponse(
        {
            "error": kind,
            "message": message,
            "reason": reason,
            "field": next(iter(fields), ""),
            "fields": fields,
            "next_step": next_step,
        },
        status=status,
    )


def list_messages(caller: Caller, given: dict[str, Any], number: str) -> Answer:
    """What a handset received and sent, newest first."""
    try:
        before = uuid.UUID(given["before"]) if given.get("before") else None
        limit = int(given.get("limit", handsets.PAGE))
    except ValueError as error:
        raise wrong("before", _("“before” is what an earlier answer gave, “limit” a whole number.")) from error
    if not 1 <= limit <= MOST_LISTED:
        raise wrong("limit", _("“limit” is from 1 to %s.") % MOST_LISTED)
    screen = handsets.describe_handset_messages(caller, phone_number=number, before=before, limit=limit)
    return 200, {
        "phone_number": screen.phone_number,
        "messages": [_bubble(bubble) for bubble in screen.bubbles],
        "before": str(screen.before) if screen.before else None,
    }


def _bubble(bubble: handsets.Bubble) -> dict[str, Any]:
    said = {
        "id": str(bubble.id),
        "direction": "received" if bubble.incoming else "sent",
        "at": bubble.at.isoformat(),
        "from" if bubble.incoming else "to": bubble.counterpart,
        "body": bubble.body,
        "parts": list(bubble.parts),
    }
    if bubble.incoming:
        return said | {"status": bubble.status, "shown_as": bubble.shown_as or bubble.counterpart}
    return said | {"keyword": bubble.keyword}


def send_message(caller: Caller, given: dict[str, Any], number: str) -> Answer:
    """Write from the handset to one of the account's numbers: {"to": number, "body": text}."""
    body = take(given, {"to": str, "body": str})
    received = inbound.receive_inbound_message(
        caller, origination_number=number, destination_number=body["to"], message_body=body["body"]
    )
    return 201, {
        "inbound_message_id": str(received.inbound.inbound_message_id),
        "keyword": received.inbound.message_keyword,
        "keyword_action": received.inbound.keyword_action,
        "reply_message_id": str(received.reply.message_id) if received.reply else None,
        "reply": received.reply.message_body if received.reply else None,
    }


def list_behaviours(caller: Caller, given: dict[str, Any]) -> Answer:
    return 200, {"behaviours": [_behaviour(row) for row in handsets.describe_handset_behaviours(caller)]}


def put_behaviour(caller: Caller, given: dict[str, Any]) -> Answer:
    """Set a behaviour; "outcome" alone stands for one outcome that always comes."""
    optional: dict[str, type] = {
        "outcome": str, "outcomes": list, "carrier_delay_seconds": int, "handset_delay_seconds": int,
        "carrier_name": str, "seed": int,
    }  # fmt: skip
    body = dict(take(given, {"scope": str, "match": str}, optional))
    single = body.pop("outcome", None)
    if (single is None) == ("outcomes" not in body):
        raise wrong("outcomes", _("Give either “outcome” or “outcomes”."))
    if single is not None:
        body["outcomes"] = [{"outcome": single, "weight": 1}]
    if not all(isinstance(outcome, dict) for outcome in body["outcomes"]):
        raise wrong("outcomes", _("Each of “outcomes” is an object with outcome and weight."))
    return 200, _behaviour(handsets.put_handset_behaviour(caller, **body))


def delete_behaviour(caller: Caller, given: dict[str, Any], behaviour_id: str) -> Answer:
    handsets.delete_handset_behaviour(caller, behaviour_id=behaviour_id)
    return 204, None


def _behaviour(row: HandsetBehaviour) -> dict[str, Any]:
    return {
        "behaviour_id": row.behaviour_id,
        "scope": row.scope,
        "match": row.match,
        "outcomes": row.outcomes,
        "carrier_delay_seconds": row.carrier_delay_seconds,
        "handset_delay_seconds": row.handset_delay_seconds,
        "carrier_name": row.carrier_name,
        "seed": row.seed,
    }


def read_clock(caller: Caller, given: dict[str, Any]) -> Answer:
    return 200, _clock(clock.describe_clock(caller))


def move_clock(caller: Caller, given: dict[str, Any]) -> Answer:
    """{"rate": 60} and {"advance_seconds": 900}, either or both."""
    body = take(given, {}, {"rate": int, "advance_seconds": float})
    if not body:
        raise wrong("advance_seconds", _("Give “rate”, “advance_seconds” or both."), "MISSING_PARAMETER")
    state = None
    if "rate" in body:
        state = clock.set_clock_rate(caller, rate=body["rate"])
    if "advance_seconds" in body:
        state = clock.advance_clock(caller, seconds=body["advance_seconds"])
    return 200, _clock(state or clock.describe_clock(caller))


def _clock(state: clock.ClockState) -> dict[str, Any]:
    return {
        "now": state.now.isoformat(),
        "wall": state.wall.isoformat(),
        "rate": state.rate,
        "ahead_seconds": round(state.ahead_seconds, 3),
    }


def reset_account(caller: Caller, given: dict[str, Any]) -> Answer:
    take(given, {})
    reset.reset_account(caller)
    return 204, None


API = "simulator/api/"
scoped_urlpatterns = [
    path(
        f"{API}handsets/<str:number>/messages",
        resource(GET=list_messages, POST=send_message),
        name="simulator-messages",
    ),
    path(f"{API}behaviours", resource(GET=list_behaviours, PUT=put_behaviour), name="simulator-behaviours"),
    path(f"{API}behaviours/<str:behaviour_id>", resource(DELETE=delete_behaviour), name="simulator-behaviour"),
    path(f"{API}clock", resource(GET=read_clock, POST=move_clock), name="simulator-clock"),
    path(f"{API}reset", resource(POST=reset_account), name="simulator-reset"),
]
