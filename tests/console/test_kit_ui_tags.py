"""The template tags: statuses, times, amounts, ids, charts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone

from console import icons, statuses
from console.charts import Chart, Series
from messaging.models import Job, Message, PhoneNumber, Pool
from messaging.reference import event_types

ALL = [*PhoneNumber.Status, *Pool.Status, *Job.Status]


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize("status", sorted({str(status.value) for status in ALL}))
def test_every_status_of_ours_has_a_look(status: str) -> None:
    assert status in statuses.STATUSES


def test_every_status_of_a_message_has_a_look() -> None:
    known = {event.message_status for event in event_types().values() if event.message_status}
    assert known <= set(statuses.STATUSES)
    assert Message  # the model whose statuses these are


def test_an_event_type_looks_as_its_last_words() -> None:
    assert statuses.look("TEXT_DELIVERED") == statuses.look("DELIVERED")
    assert statuses.look("TEXT_CARRIER_BLOCKED") == statuses.look("CARRIER_BLOCKED")


def test_an_unknown_status_stays_readable() -> None:
    assert str(statuses.look("NEVER_HEARD_OF").label) == "Never heard of"


def test_a_badge_is_icon_and_word() -> None:
    html = render("{% badge status %}", status="ACTIVE")
    assert "badge-success" in html
    assert "#check-circle" in html
    assert "Active" in html


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(icons.UnknownIcon):
        render('{% icon "no-such-icon" %}')


def test_a_time_stands_in_the_zone_of_its_reader() -> None:
    at = datetime(2026, 3, 4, 7, 2, 11, tzinfo=UTC)
    with timezone.override("Asia/Jakarta"):
        html = render("{% when at %}", at=at)
    assert html == '<time datetime="2026-03-04T14:02:11+07:00">2026-03-04 14:02:11 +07:00</time>'


@pytest.mark.parametrize(
    ("before", "words"),
    [(10, "just now"), (180, "3 min ago"), (7200, "2 h ago"), (86_400, "1 day ago"), (-300, "in 5 min")],
)
def test_how_long_ago_goes_by_the_simulated_clock(clock, before: int, words: str) -> None:
    html = render("{% when at ago=True %}", at=clock.now() - timedelta(seconds=before))
    assert f'<span class="ago" data-ago="clock">{words}</span>' in html


@pytest.mark.parametrize(
    ("units", "shown"), [(581, "0.00581 USD"), (0, "0.00 USD"), (123_456_700_0, "12,345.67 USD"), (100_000, "1.00 USD")]
)
def test_amounts_have_two_decimals_or_as_many_as_they_need(units: int, shown: str) -> None:
    assert shown in render("{% money units %}", units=units)


def test_what_is_missing_is_never_zero() -> None:
    assert "None" in render("{% money units %}", units=None)


def test_a_phone_number_is_shown_for_people_and_copied_for_programs() -> None:
    html = render("{% phone number copyable=True %}", number="+14255550142")
    assert "+1 425-555-0142" in html
    assert 'data-copy="+14255550142"' in html


def test_a_long_id_is_shortened_but_copied_whole() -> None:
    name = "pool-0f3c12ab9d8e7f6a5b4c3d2e1f0a90de"
    html = render("{% ident name %}", name=name)
    assert f'data-copy="{name}"' in html
    assert "pool-0f3c12a…0a90de" in html


def test_what_is_shown_is_escaped() -> None:
    for source in ("{% ident x %}", "{% phone x copyable=True %}", "{% badge x %}", "{% copy x %}"):
        assert "<script" not in render(source, x='"><script>')


@pytest.mark.parametrize(
    ("value", "state", "width"),
    [(0, "", "0"), (50, "", "50"), (80, " warning", "80"), (100, " danger", "100"), (300, " danger", "100")],
)
def test_a_meter_warns_near_its_limit(value: int, state: str, width: str) -> None:
    html = render('{% meter value 100 "Spent" %}', value=value)
    assert f'class="meter{state}"' in html
    assert f'class="fill" width="{width}"' in html


def test_a_chart_has_its_numbers_as_a_table_and_nothing_inline() -> None:
    chart = Chart(
        title="Messages", labels=["00", "01"], series=[Series("Delivered", [3, 0]), Series("Failed", [1, 2], colour=5)]
    )
    html = render("{% bar_chart chart %}", chart=chart)
    assert len(chart.bars) == 3
    assert 'class="series-5"' in html
    assert '<th scope="row">01</th><td class="number">0</td><td class="number">2</td>' in html
    assert "style" not in html


def test_a_chart_of_nothing_is_drawn_without_bars() -> None:
    chart = Chart(title="Messages", labels=["00"], series=[Series("Delivered", [0])])
    assert chart.bars == []
    assert [value for _y, value in chart.grid] == ["0", "1", "2"]


def test_a_chart_of_money_says_units_and_keeps_within_its_place() -> None:
    chart = Chart(title="Spend", labels=["1", "2"], series=[Series("SMS", [24_793, 50])], cents=True)
    assert [value for _y, value in chart.grid] == ["0", "130", "260"]
    assert chart.rows == [("1", ["247.93"]), ("2", ["0.50"])]
    assert all(bar.x >= 0 and bar.x + bar.width <= 100 for bar in chart.bars)
    little = Chart(title="Spend", labels=["1"], series=[Series("SMS", [7])], cents=True)
    assert [value for _y, value in little.grid] == ["0.00", "0.04", "0.08"]


@pytest.mark.parametrize(("highest", "top"), [(1, 2), (7, 8), (113, 120), (20_412, 22_000)])
def test_a_chart_ends_at_a_round_figure(highest: int, top: int) -> None:
    assert Chart(title="Messages", labels=["00"], series=[Series("Sent", [highest])]).top == top


def test_a_block_tag_keeps_what_stands_between() -> None:
    html = render('{% panel title hint="Why" %}<p>{{ x }}</p>{% endpanel %}', title="A & B", x="<b>")
    assert "<h2>A &amp; B</h2>" in html
    assert "<p>&lt;b&gt;</p>" in html
