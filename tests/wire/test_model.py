"""The wire held to the service model, all operations at once."""

import importlib
import inspect
import json
import pkgutil
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.model import Shape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import given

from console import shapes
from console.wire import codec, errors, validate
from console.wire.paging import Chain, Items, Listing
from console.wire.registry import ROUTES, UNSUPPORTED
from console.wire.route import Route
from messaging import operations
from messaging.errors import Conflict, Denied, Invalid, NotFound, OverQuota, Refusal, Resource, Throttled
from messaging.operations.registry import OPERATIONS
from tests.wire.strategies import TRIP, strategy

EVERY = sorted(shapes.operation_names())


def routes(kind: Any) -> list[Any]:
    return [pytest.param(name, route, id=name) for name, route in ROUTES.items() if isinstance(route, kind)]


def test_every_operation_is_routed_or_refused_by_name() -> None:
    assert set(ROUTES) | UNSUPPORTED == shapes.operation_names()
    assert not set(ROUTES) & UNSUPPORTED
    assert len(EVERY) == 110


def test_no_operation_of_the_api_waits_for_its_route() -> None:
    """Both doors in the same change: what pages can do under an API name, programs can do too."""
    for module in pkgutil.iter_modules(operations.__path__):
        importlib.import_module(f"{operations.__name__}.{module.name}")
    assert not set(OPERATIONS) & UNSUPPORTED


@pytest.mark.parametrize(("name", "route"), routes(Route))
def test_a_route_takes_exactly_the_input_members(name: str, route: Route) -> None:
    assert "".join(word.capitalize() for word in route.function.__name__.split("_")) == name
    members = inspect.signature(route.function).parameters.values()
    keyword = {member.name: member for member in members if member.kind is member.KEYWORD_ONLY}
    assert set(keyword) - set(route.own) == set(shapes.parameters(name))
    required = {shapes.snake(member) for member in shapes.operation(name).input_shape.required_members}
    for parameter, member in keyword.items():
        assert (member.default is member.empty) == (parameter in required), parameter


@pytest.mark.parametrize(("name", "route"), routes((Listing, Chain)))
def test_a_listing_knows_every_input_member(name: str, route: Listing | Chain) -> None:
    members = set(shapes.input_members(name))
    for part in route.parts if isinstance(route, Chain) else (route,):
        known = {"NextToken", "MaxResults", "Owner", "Filters", part.ids or "NextToken"}
        known |= set(part.within_reads)
        if part.within:
            known |= set(shapes.operation(name).input_shape.required_members)
        assert members <= known
        if "Filters" in members:
            assert part.filters is not None
            assert part.filters.api_names == set(shapes.enum(f"{name}.Filters.Name"))


@pytest.mark.parametrize(("name", "route"), routes((Listing, Chain, Items)))
def test_a_list_has_its_paginator(name: str, route: Any) -> None:
    facts = shapes.paginators()[name]
    assert (facts["input_token"], facts["output_token"], facts["limit_key"]) == ("NextToken", "NextToken", "MaxResults")
    assert facts["result_key"] in shapes.operation(name).output_shape.members


# The encoder and the validator, against botocore's own serializer and parser.


def snaked(shape: Shape, value: Any) -> Any:
    """A value as operations get and give it."""
    match shape.type_name:
        case "structure":
            return {shapes.snake(name): snaked(shape.members[name], item) for name, item in value.items()}
        case "list":
            return [snaked(shape.member, item) for item in value]
        case "map":
            return {key: snaked(shape.value, item) for key, item in value.items()}
    return value


def instants(value: Any) -> Any:
    """botocore parses times into the local zone; compare them as instants."""
    if isinstance(value, dict):
        return {key: instants(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [instants(item) for item in value]
    return value.astimezone(UTC) if isinstance(value, datetime) else value


@pytest.mark.parametrize("name", EVERY)
def test_requests_survive_the_trip(name: str) -> None:
    operation = shapes.operation(name)

    @TRIP
    @given(strategy(operation.input_shape))
    def trip(value: dict[str, Any]) -> None:
        request = create_serializer("json").serialize_to_request(value, operation)
        assert validate.arguments(name, codec.decode(request["body"])) == snaked(operation.input_shape, value)

    trip()


@pytest.mark.parametrize("name", EVERY)
def test_answers_survive_the_trip(name: str) -> None:
    shape = shapes.operation(name).output_shape

    @TRIP
    @given(strategy(shape))
    def trip(value: dict[str, Any]) -> None:
        body = codec.dumps(codec.encoder(name)(snaked(shape, value)))
        parsed = create_parser("json").parse({"status_code": 200, "headers": {}, "body": body}, shape)
        assert instants(parsed) == instants(value)

    trip()


def refusal_of(name: str, value: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        validate.arguments(name, value)
    return caught.value


SEND = {"DestinationPhoneNumber": "+14254147755", "MessageBody": "Hello"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"Nonsense": 1}, "Nonsense"),
        ({"MessageBody": 5}, "MessageBody"),
        ({"MessageBody": ""}, "MessageBody"),
        ({"MessageBody": " \n"}, "MessageBody"),
        ({"MessageBody": "x" * 1601}, "MessageBody"),
        ({"MessageBody": ["x"]}, "MessageBody"),
        ({"MessageBody": {"x": 1}}, "MessageBody"),
        ({"MessageType": "transactional"}, "MessageType"),
        ({"MessageType": ["TRANSACTIONAL"]}, "MessageType"),
        ({"TimeToLive": 4}, "TimeToLive"),
        ({"TimeToLive": 259_201}, "TimeToLive"),
        ({"TimeToLive": True}, "TimeToLive"),
        ({"TimeToLive": 5.0}, "TimeToLive"),
        ({"TimeToLive": "5"}, "TimeToLive"),
        ({"DryRun": 1}, "DryRun"),
        ({"DryRun": "true"}, "DryRun"),
        ({"MaxPrice": "0.1\n"}, "MaxPrice"),
        ({"DestinationPhoneNumber": "+1425414775\u0665"}, "DestinationPhoneNumber"),
        ({"DestinationPhoneNumber": "x+14254147755"}, "DestinationPhoneNumber"),
        ({"Context": {str(n): "v" for n in range(6)}}, "Context"),
        ({"Context": {"k": 5}}, "Context.k"),
        ({"Context": {"a key": "v"}}, "Context.a key"),
        ({"Context": []}, "Context"),
        ({"DestinationCountryParameters": {"IN_NOTHING": "v"}}, "DestinationCountryParameters.IN_NOTHING"),
    ],
)
def test_refuses_what_the_model_forbids(change: dict[str, Any], field: str) -> None:
    refusal = refusal_of("SendTextMessage", {**SEND, **change})
    assert (refusal.reason, list(refusal.fields)) == ("INVALID_PARAMETER", [field])


@pytest.mark.parametrize(
    "change",
    [
        {"TimeToLive": 5}, {"TimeToLive": 259_200}, {"MessageBody": "x" * 1600}, {"MaxPrice": ".12345"},
        {"Context": {"k": "v" * 800}}, {"Context": {}}, {"DryRun": False}, {"MessageBody": "\U0001f600" * 1600},
    ],
)  # fmt: skip
def test_accepts_what_stands_on_the_limit(change: dict[str, Any]) -> None:
    (name, value), *_rest = change.items()
    assert validate.arguments("SendTextMessage", {**SEND, **change})[shapes.snake(name)] == value


def test_reports_missing_members_and_everything_else_at_once() -> None:
    refusal = refusal_of("CreatePool", {"MessageType": "X", "Tags": [{"Key": "a", "Value": "b"}, {"Key": ""}]})
    assert refusal.reason == "MISSING_PARAMETER"
    assert set(refusal.fields) == {"OriginationIdentity", "MessageType", "Tags[1].Key", "Tags[1].Value"}


def test_reads_null_as_absent() -> None:
    assert validate.arguments("SendTextMessage", {**SEND, "Keyword": None}) == {
        "destination_phone_number": "+14254147755",
        "message_body": "Hello",
    }
    assert refusal_of("SendTextMessage", {"DestinationPhoneNumber": None}).reason == "MISSING_PARAMETER"


@pytest.mark.parametrize(
    "content", [{}, {"TextMessage": {"Body": "a"}, "FileMessage": {"FileUrl": "https://a.test/b"}}]
)
def test_a_union_has_exactly_one_member(content: dict[str, Any]) -> None:
    value = {"DestinationPhoneNumber": "+14254147755", "RcsMessageContent": {"Content": content}}
    assert "RcsMessageContent.Content" in refusal_of("SendRcsMessage", value).fields


@pytest.mark.parametrize("value", [[], 5, None, "x", True])
def test_refuses_what_is_no_object(value: Any) -> None:
    assert refusal_of("CreatePool", value).reason == "INVALID_PARAMETER"


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"nonsense", b"\xff\xfe{}", b'{"a": NaN}', b'{"a": Infinity}', b'{"a": "\\ud800"}', b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}', b'{"a": ["\\u0000"]}', b"[" * 100_000, b'{"a": "\x00"}', b"{} {}",
        b'{"a": ' + b"1" * 5000 + b"}",
    ],
)  # fmt: skip
def test_refuses_a_body_that_is_no_json(body: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        codec.decode(body)
    assert caught.value.reason == "CANNOT_PARSE"


@pytest.mark.parametrize(
    ("body", "value"),
    [(b"", {}), (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}), (b'{"a": "\\\\u0000"}', {"a": "\\u0000"})],
)
def test_accepts_every_other_body(body: bytes, value: Any) -> None:
    assert codec.decode(body) == value


# Refusals in the model's own words.


@pytest.mark.parametrize(
    ("refusal", "type", "members"),
    [
        (Invalid("No.", reason="OTHER", fields={"pool_id": "Bad."}), "ValidationException", {"Reason", "Fields"}),
        (
            Conflict("No.", resource=Resource("pool", "p")),
            "ConflictException",
            {"Reason", "ResourceType", "ResourceId"},
        ),
        (NotFound("pool", "p"), "ResourceNotFoundException", {"ResourceType", "ResourceId"}),
        (OverQuota("No."), "ServiceQuotaExceededException", {"Reason"}),
        (Denied("No.", reason="ACCOUNT_DISABLED"), "AccessDeniedException", {"Reason"}),
        (Denied("No."), "AccessDeniedException", set()),
        (Throttled("No."), "ThrottlingException", set()),
    ],
)
def test_a_refusal_becomes_its_error_shape(refusal: Refusal, type: str, members: set[str]) -> None:
    answer = errors.answer(refusal, "request", "DeletePool")
    assert answer.status == 400
    assert set(answer.body) == {"__type", "Message", *members}
    assert answer.body["__type"] == type
    assert set(answer.body) - {"__type"} <= set(shapes.service().shape_for(type).members)
    json.dumps(answer.body)


def test_a_refusal_names_fields_as_the_api_does_and_the_next_step() -> None:
    fields = {"iso_country_code": "a", "Tags[0].Key": "b", "something_else": "c"}
    body = errors.answer(Invalid("No.", fields=fields, next_step="Do this."), "request", "CreatePool").body
    assert [field["Name"] for field in body["Fields"]] == ["IsoCountryCode", "Tags[0].Key", "SomethingElse"]
    assert body["Message"] == "No. Do this."


def test_throttling_says_how_long_to_wait() -> None:
    assert errors.answer(Throttled("No.", retry_seconds=1.2), "request").headers == {"Retry-After": "2"}


def test_every_kind_of_refusal_has_an_error_shape() -> None:
    assert set(errors.TYPES) == set(Refusal.__subclasses__())
    assert {*errors.TYPES.values(), errors.FAULT} == {shape.name for shape in shapes.service().error_shapes}


# shapes.py, which forms and pages read too.


def test_limits_of_members() -> None:
    body = shapes.limits("SendTextMessage.MessageBody")
    assert (body.type, body.required, body.min, body.max) == ("string", False, 1, 1600)
    assert shapes.limits("CreatePool.Tags.Key").max == 128
    assert shapes.limits("CreatePool.Tags.Key").required
    assert shapes.enum("PoolStatus") == ("CREATING", "ACTIVE", "DELETING")
    assert shapes.enum("CreatePool.MessageType") == shapes.enum("MessageType")
    assert shapes.enum("RequestPhoneNumber.NumberCapabilities") == shapes.enum("NumberCapability")
    with pytest.raises(KeyError):
        shapes.limits("CreatePool.Nothing")
    with pytest.raises(KeyError):
        shapes.limits("Nothing")
