"""JSON on the wire: bytes to values, and an operation's result to JSON by the output shape.

This service is JSON 1.0 only, without renamed members, header or URI locations. Timestamps are epoch seconds with
milliseconds, blobs are Base64.
"""

import base64
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from botocore.model import Shape

from console import shapes
from messaging.errors import Invalid

Encode = Callable[[Any], Any]


def decode(body: bytes) -> Any:
    """The value in a request body; an empty body is an empty object. Raises Invalid CANNOT_PARSE.

    A lone surrogate and NUL are valid JSON but no text that a database keeps, so they are refused here.
    """
    if not body:
        return {}
    try:
        text = body.decode()
        value = _decoder.decode(text)
        if "\\u" in text:
            plain = json.dumps(value, ensure_ascii=False)
            plain.encode()
            if "\\u0000" in plain and _has_nul(value):
                raise ValueError("NUL")
    except (ValueError, RecursionError) as error:
        raise Invalid(
            "The request body is not a JSON object in UTF-8.",
            reason="CANNOT_PARSE",
            next_step="Send one JSON object, without lone surrogates and without NUL characters.",
        ) from error
    return value


def _not_json(constant: str) -> Any:
    raise ValueError(constant)


_decoder = json.JSONDecoder(parse_constant=_not_json)


def _has_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any("\0" in key or _has_nul(item) for key, item in value.items())
    if isinstance(value, list):
        return any(_has_nul(item) for item in value)
    return isinstance(value, str) and "\0" in value


def dumps(value: Any) -> bytes:
    """JSON without spaces, in ASCII."""
    return _encoder.encode(value).encode()


_encoder = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False)


@cache
def encoder(operation: str) -> Encode:
    """The function from an operation's result to the members of its output shape, ready for dumps()."""
    shape = shapes.operation(operation).output_shape
    return _compile(shape, {}) if shape is not None else _nothing


def _nothing(value: Any) -> dict[str, Any]:
    return {}


def _compile(shape: Shape, known: dict[str, Encode]) -> Encode:
    if shape.name in known:
        return known[shape.name]
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, known)
    if kind == "list":
        return _list(_compile(shape.member, known))
    if kind == "map":
        item = _compile(shape.value, known)
        return lambda value: {str(key): item(entry) for key, entry in value.items()}
    return SCALARS[kind]


def _structure(shape: Shape, known: dict[str, Encode]) -> Encode:
    members: list[tuple[str, str, Encode, bool]] = []

    def structure(value: Any) -> dict[str, Any]:
        get = value.get if isinstance(value, Mapping) else lambda name: getattr(value, name, None)
        result = {}
        for name, attribute, encode, required in members:
            item = get(attribute)
            # A blank column is how the tables say "none": an optional string that is empty is left out.
            if item is not None and (required or item != ""):
                result[name] = encode(item)
        return result

    known[shape.name] = structure  # before the members: a shape may hold itself
    members += [
        (name, shapes.snake(name), _compile(member, known), name in shape.required_members)
        for name, member in shape.members.items()
    ]
    return structure


def _list(item: Encode) -> Encode:
    # A related manager answers from its prefetched rows.
    return lambda value: [item(entry) for entry in (value.all() if hasattr(value, "all") else value)]


def _seconds(value: Any) -> float:
    return round(value.timestamp(), 3)


SCALARS: dict[str, Encode] = {
    "string": str,
    "integer": int,
    "long": int,
    "double": float,
    "boolean": bool,
    "timestamp": _seconds,
    "blob": lambda value: base64.b64encode(value).decode(),
}
