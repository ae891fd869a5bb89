"""Simulated time: rates, jumps, who may."""

from datetime import UTC, datetime
from typing import Any

import pytest

from messaging import clock as clocks
from messaging.errors import Denied, Invalid
from messaging.models import SimulatedTime
from messaging.operations.clock import advance_clock, describe_clock, set_clock_rate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wall_time() -> Any:
    """These tests are about the real clock."""
    with clocks.using(clocks.Clock()):
        yield


def test_runs_with_wall_time_until_it_is_touched(caller: Any) -> None:
    state = describe_clock(caller)
    assert (state.rate, abs(state.ahead_seconds) < 1) == (1, True)


def test_jumps_add_up(caller: Any) -> None:
    advance_clock(caller, seconds=900)
    state = advance_clock(caller, seconds=86_400)
    assert 87_300 <= state.ahead_seconds < 87_310
    assert (clocks.now() - datetime.now(UTC)).total_seconds() > 87_290


def test_runs_faster_from_now_on_and_slower_again_without_losing_what_it_gained(caller: Any) -> None:
    set_clock_rate(caller, rate=3600)
    row = SimulatedTime.objects.get()
    SimulatedTime.objects.update(anchor_wall=row.anchor_wall.replace(year=row.anchor_wall.year - 1))
    clocks.current().forget()
    ahead = describe_clock(caller).ahead_seconds
    assert ahead > 365 * 86_400 * 3598
    assert set_clock_rate(caller, rate=1).ahead_seconds >= ahead


@pytest.mark.parametrize("rate", [0, 2, -1, 7200])
def test_refuses_other_rates(caller: Any, rate: int) -> None:
    with pytest.raises(Invalid) as refused:
        set_clock_rate(caller, rate=rate)
    assert "rate" in refused.value.fields


@pytest.mark.parametrize("seconds", [0, -1, 367 * 86_400, float("nan")])
def test_never_runs_back_nor_leaps_years(caller: Any, seconds: float) -> None:
    with pytest.raises(Invalid) as refused:
        advance_clock(caller, seconds=seconds)
    assert "seconds" in refused.value.fields
    assert not SimulatedTime.objects.exists()


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR", "REVIEWER"])
def test_only_administrators_move_it(caller_as: Any, role: str) -> None:
    describe_clock(caller_as(role))
    with pytest.raises(Denied):
        advance_clock(caller_as(role), seconds=1)
    with pytest.raises(Denied):
        set_clock_rate(caller_as(role), rate=60)
