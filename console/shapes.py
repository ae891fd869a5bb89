"""The service model of pinpoint-sms-voice-v2, loaded once from botocore and read only.

Parsing, validation, replies, forms, filters and the CLI panel all read limits and enumerations here; nothing in the
model is typed a second time. Loading costs some 5 ms, once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape

SERVICE = "pinpoint-sms-voice-v2"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the model demands of one member. Lengths are in characters (lists: items; numbers: the value itself)."""

    type: str
    required: bool
    min: int | None
    max: int | None
    pattern: str | None
    enum: tuple[str, ...]


@cache
def _loader() -> Loader:
    # Only what botocore itself ships: a model in the home directory of whoever starts the server must not change it.
    return Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


@cache
def service() -> ServiceModel:
    """botocore's ServiceModel."""
    return ServiceModel(_loader().load_service_model(SERVICE, "service-2"), SERVICE)


@cache
def paginators() -> dict[str, dict[str, Any]]:
    """Operation name -> input_token, output_token, limit_key, result_key of its list."""
    pagination: dict[str, dict[str, Any]] = _loader().load_service_model(SERVICE, "paginators-1")["pagination"]
    return pagination


@cache
def target_prefix() -> str:
    """What stands before the operation in X-Amz-Target, with its dot."""
    return f"{service().metadata['targetPrefix']}."


@cache
def signing_name() -> str:
    """The service in a SigV4 credential scope."""
    return str(service().metadata["signingName"])


@cache
def operation_names() -> frozenset[str]:
    """Every operation of the model."""
    return frozenset(service().operation_names)


@cache
def operation(name: str) -> OperationModel:
    """The model of an operation. Raises botocore's OperationNotFoundError."""
    return service().operation_model(name)


@cache
def snake(name: str) -> str:
    """A member's name as boto3 and our parameters spell it: IsoCountryCode -> iso_country_code."""
    return str(xform_name(name))


@cache
def input_members(name: str) -> dict[str, Shape]:
    """The input members of an operation, by API name."""
    shape = operation(name).input_shape
    return dict(shape.members) if shape is not None else {}


@cache
def parameters(name: str) -> dict[str, str]:
    """snake_case parameter -> API member of an operation's input, without the idempotency token."""
    return {snake(member): member for member in input_members(name) if member not in tokens(name)}


@cache
def tokens(name: str) -> tuple[str, ...]:
    """The idempotency token members of an operation's input (ClientToken, or none)."""
    return tuple(operation(name).idempotent_members)


@cache
def shape_at(path: str) -> Shape:
    """The shape at "PoolStatus", or at a path such as "CreatePool.Tags.Key" in an operation's input, through lists.

    Raises KeyError for a path that the model does not have.
    """
    return _walk(path)[0]


def _walk(path: str) -> tuple[Shape, bool]:
    head, *rest = path.split(".")
    if not rest:
        if head not in service().shape_names:
            raise KeyError(path)
        return service().shape_for(head), False
    shape, required = operation(head).input_shape, False
    for name in rest:
        while shape.type_name == "list":
            shape = shape.member
        required = name in shape.required_members
        shape = shape.members[name]
    return shape, required


@cache
def limits(path: str) -> Limits:
    """The limits of a member, by the paths of shape_at(): limits("CreatePool.PoolId").max."""
    shape, required = _walk(path)
    facts = shape.metadata
    return Limits(
        type=shape.type_name,
        required=required,
        min=facts.get("min"),
        max=facts.get("max"),
        pattern=facts.get("pattern"),
        enum=tuple(getattr(shape, "enum", ()) or ()),
    )


def enum(path: str) -> tuple[str, ...]:
    """The values of an enumeration by its name ("PoolStatus") or a member's path; () where there is none."""
    shape = shape_at(path)
    while shape.type_name == "list":
        shape = shape.member
    return tuple(getattr(shape, "enum", ()) or ())


def walk(shape: Shape) -> Iterator[Shape]:
    """A shape and every shape below it, each once."""
    seen: set[str] = set()
    waiting = [shape]
    while waiting:
        found = waiting.pop()
        if found.name in seen:
            continue
        seen.add(found.name)
        yield found
        if found.type_name == "structure":
            waiting += found.members.values()
        elif found.type_name == "list":
            waiting.append(found.member)
        elif found.type_name == "map":
            waiting += (found.key, found.value)
