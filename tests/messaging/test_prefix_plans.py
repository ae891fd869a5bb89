"""How rows with a number prefix are found depends on how many there are; which rows are found does not."""

from typing import Any

import pytest

from messaging import message_filters
from messaging.message_filters import MESSAGE_FILTERS
from messaging.models import Message
from tests.factories import SUCCESS, send

pytestmark = pytest.mark.django_db


def test_many_are_looked_for_once_and_new_ones_are_still_found(
    caller: Any, clock: Any, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(message_filters, "FEW", 1)
    prefix = SUCCESS[:5]

    def narrowed() -> Any:
        rows, _used, _dropped = MESSAGE_FILTERS.narrow_by_tokens(Message.objects.for_caller(caller), [], text=prefix)
        return rows

    for _ in range(3):
        send(caller, SUCCESS)
    assert narrowed().count() == 3
    with django_assert_num_queries(0):
        rows = narrowed()
    send(caller, SUCCESS)
    assert rows.count() == 4
    newest = Message.objects.order_by("-message_id").values_list("message_id", flat=True)[0]
    assert rows.order_by("-pk").first().pk == newest
    other, _used, _dropped = MESSAGE_FILTERS.narrow_by_tokens(Message.objects.for_caller(caller), [], text="+999")
    assert other.count() == 0
