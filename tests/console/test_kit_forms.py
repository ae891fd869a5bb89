"""Forms as rendered: labels, hints and errors tied to their input; refusals laid onto fields; the tags editor."""

import pytest
from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string

from console.forms.base import ConsoleForm
from console.forms.confirm import ConfirmForm
from console.forms.widgets import Combobox, RadioTiles, Tile
from console.tagging import TagRow, TagRows
from messaging.errors import Conflict, Invalid
from tests.pagecheck import problems_of


class PoolForm(ConsoleForm):
    NAMES = {"origination_identity": "number"}

    name = forms.CharField(label="Name", help_text="Letters only.")
    number = forms.CharField(label="Number", required=False)
    kind = forms.ChoiceField(
        label="Kind",
        choices=[("A", "First"), ("B", "Second")],
        widget=RadioTiles(tiles={"A": Tile("Costs more.", "2 USD")}),
    )
    country = forms.ChoiceField(label="Country", choices=[("US", "United States")], widget=Combobox)
    kept = forms.BooleanField(label="Keep it", required=False)


def rendered(form: forms.Form) -> str:
    html = "".join(field.as_field_group() for field in form.visible_fields())
    assert problems_of(html) == []
    return html


def test_hint_stands_under_the_label_and_describes_the_input() -> None:
    html = rendered(PoolForm())
    assert '<p class="hint" id="id_name_helptext">Letters only.</p>' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert html.index('for="id_name"') < html.index("Letters only.") < html.index('name="name"')


def test_only_what_is_not_required_is_marked_optional() -> None:
    html = rendered(PoolForm())
    assert html.count("(optional)") == 1
    assert html.index("(optional)") > html.index('for="id_number"')


def test_an_error_stands_by_its_field_and_describes_it() -> None:
    form = PoolForm({"kind": "A", "country": "US"})
    assert not form.is_valid()
    html = rendered(form)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'id="field-name"' in html


def test_tiles_say_what_a_choice_means_and_costs() -> None:
    html = rendered(PoolForm())
    assert "Costs more." in html
    assert "2 USD" in html
    assert "<fieldset" in html
    assert "<legend>Kind</legend>" in html


def test_a_combobox_is_a_select_underneath() -> None:
    html = rendered(PoolForm())
    assert "<select" in html
    assert "data-combobox" in html


def test_a_refusal_is_laid_onto_the_fields_it_names() -> None:
    form = PoolForm({"name": "a", "kind": "A", "country": "US"})
    assert form.is_valid()
    form.refuse(Invalid("No.", fields={"origination_identity": "There is no such number."}))
    assert form.errors["number"] == ["There is no such number."]
    assert not form.non_field_errors()


def test_a_refusal_of_the_whole_stands_in_the_summary_with_reason_and_next_step() -> None:
    form = PoolForm({"name": "a", "kind": "A", "country": "US"})
    form.is_valid()
    form.refuse(Conflict("It is in use.", reason="RESOURCE_NOT_EMPTY", next_step="Empty it first."))
    html = render_to_string("components/error_summary.html", {"form": form})
    assert "There is a problem" in html
    assert "It is in use. Empty it first." in html
    assert "<code>RESOURCE_NOT_EMPTY</code>" in html


def test_the_summary_leads_to_each_field() -> None:
    form = PoolForm({})
    html = render_to_string("components/error_summary.html", {"form": form}) + rendered(form)
    for target in ("id_name", "id_kind", "id_country"):
        assert f'href="#{target}"' in html
        assert f'id="{target}"' in html


@pytest.mark.parametrize(("typed", "good"), [("promo", True), (" promo ", True), ("Promo", False), ("", False)])
def test_type_to_confirm_takes_the_word_alone(typed: str, good: bool) -> None:
    assert ConfirmForm({"confirmation": typed}, word="promo").is_valid() is good


def test_tags_are_added_and_removed_without_scripts() -> None:
    pressed = QueryDict("tag_key=a&tag_value=1&tag_key=b&tag_value=2&tag_remove=0")
    rows = TagRows.posted(pressed)
    assert rows.rearranged(pressed)
    assert rows.tags == [{"key": "b", "value": "2"}]
    pressed = QueryDict("tag_key=a&tag_value=1&tag_add=1")
    rows = TagRows.posted(pressed)
    assert rows.rearranged(pressed)
    assert len(rows.rows) == 2


def test_tags_say_what_is_wrong_in_each_row() -> None:
    rows = TagRows([TagRow("a", "1"), TagRow("a", "2"), TagRow("", "3"), TagRow(), TagRow("b", "x" * 257)])
    assert not rows.is_valid()
    assert [bool(row.error) for row in rows.rows] == [False, True, True, False, True]


def test_the_tags_editor_names_every_control() -> None:
    html = render_to_string("components/tag_rows.html", {"tag_rows": TagRows.of([{"key": "team", "value": "growth"}])})
    assert problems_of(html) == []
    assert 'value="growth"' in html
