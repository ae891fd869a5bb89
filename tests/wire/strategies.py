"""Values of the service model's shapes, for property tests."""

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.model import Shape
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

TRIP = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@cache
def strategy(shape: Shape) -> st.SearchStrategy[Any]:
    """Values of a shape within its limits, spelled as boto3 takes them."""
    facts = shape.metadata
    low, high = facts.get("min", 0), facts.get("max")
    match shape.type_name:
        case "structure":
            members = {name: strategy(member) for name, member in shape.members.items() if member.name != shape.name}
            if getattr(shape, "is_tagged_union", False):
                return st.one_of([st.fixed_dictionaries({name: member}) for name, member in members.items()])
            required = {name: members[name] for name in shape.required_members}
            return st.fixed_dictionaries(required, optional={n: s for n, s in members.items() if n not in required})
        case "list":
            return st.lists(strategy(shape.member), min_size=low, max_size=min(high or 4, max(low, 4)))
        case "map":
            return st.dictionaries(
                strategy(shape.key), strategy(shape.value), min_size=low, max_size=min(high or 3, max(low, 3))
            )
        case "string" if getattr(shape, "enum", None):
            return st.sampled_from(shape.enum)
        case "string" if "pattern" in facts:
            text = st.from_regex(re.compile(facts["pattern"], re.ASCII), fullmatch=True)
            # An optional string that is empty means absent, here as on the pages.
            return text.filter(lambda value: max(low, 1) <= len(value) <= (high or 9999) and "\0" not in value)
        case "string":
            alphabet = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
            return st.text(alphabet, min_size=max(low, 1), max_size=min(high or 50, 200))
        case "integer" | "long":
            return st.integers(low, high or 2**31 - 1)
        case "double":
            return st.floats(low or -1e9, high or 1e9, allow_nan=False)
        case "boolean":
            return st.booleans()
        case "timestamp":
            instants = st.integers(0, 4_000_000_000_000)
            return instants.map(lambda at: datetime.fromtimestamp(at / 1000, UTC))
        case "blob":
            return st.binary(min_size=max(low, 1), max_size=200)
    raise AssertionError(shape.type_name)
