"""What the page /ui/ shows: every component and pattern, in all its states, with data made up here."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.charts import Chart, Series
from console.forms.base import ConsoleForm
from console.forms.confirm import ConfirmForm
from console.forms.widgets import Combobox, OneTimeCode, RadioTiles, Tile
from console.lists import PAGE_SIZES
from console.statuses import STATUSES, TONES
from console.tagging import TagRow, TagRows
from console.verdicts import Line
from messaging import clock
from messaging.models import Job
from registrations.differences import of_texts

POOL = "pool-0f3c12ab9d8e7f6a5b4c3d2e1f0a90de"


class GalleryForm(ConsoleForm):
    """One field of each kind."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=40, help_text=gettext_lazy("Letters, digits and hyphens.")
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea, max_length=160)
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        widget=Combobox,
        choices=[("", ""), ("US", "United States (US)"), ("ID", "Indonesia (ID)"), ("ES", "España (ES)")],
    )
    size = forms.ChoiceField(label=gettext_lazy("Rows on a page"), choices=[("25", "25"), ("50", "50"), ("100", "100")])
    kind = forms.ChoiceField(
        label=gettext_lazy("Message type"),
        choices=[("TRANSACTIONAL", gettext_lazy("Transactional")), ("PROMOTIONAL", gettext_lazy("Promotional"))],
        widget=RadioTiles(
            tiles={
                "TRANSACTIONAL": Tile(gettext_lazy("Expected by its reader: codes, alerts, receipts."), "0.00581 USD"),
                "PROMOTIONAL": Tile(gettext_lazy("Advertising; quiet hours and consent apply."), "0.00581 USD"),
            }
        ),
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"),
        choices=[("SMS", "SMS"), ("MMS", "MMS"), ("VOICE", gettext_lazy("Voice"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    protected = forms.BooleanField(
        label=gettext_lazy("Deletion protection"),
        required=False,
        help_text=gettext_lazy("Nobody can delete it while this is on."),
    )
    code = forms.CharField(label=gettext_lazy("Code"), widget=OneTimeCode, required=False)


def numbered(make: Any, prefix: str, data: Any = None) -> Any:
    """A form whose names and ids do not meet those of another on the page."""
    return make(data, prefix=prefix)


def context() -> dict[str, Any]:
    """Everything the page needs."""
    now = clock.now()
    broken = numbered(GalleryForm, "broken", {"broken-name": "a" * 41, "broken-size": "7"})
    broken.add_error(None, forms.ValidationError(_("A pool with this name exists."), code="RESOURCE_ALREADY_EXISTS"))
    broken.is_valid()
    hours = [f"{hour:02d}:00" for hour in range(24)]
    return {
        "title": _("Components"),
        "purpose": _("Every component and pattern of the console, in all its states, with how to use it."),
        "info": "overview",
        "tones": TONES,
        "looks": list(STATUSES),
        "pool_id": POOL,
        "pool_arn": f"arn:aws:sms-voice:us-east-1:123456789012:pool/{POOL}",
        "then": now - timedelta(minutes=3),
        "form": numbered(GalleryForm, "plain"),
        "broken": broken,
        "confirm": ConfirmForm(word="promo-pool"),
        "tag_rows": _tags(),
        "chart": Chart(
            title=_("Messages in the last 24 hours"),
            labels=hours,
            series=[
                Series(_("Delivered"), [(hour * 37) % 91 + 20 for hour in range(24)]),
                Series(_("Sent"), [(hour * 13) % 17 for hour in range(24)]),
                Series(_("Failed"), [(hour * 7) % 9 for hour in range(24)], colour=5),
            ],
        ),
        "tabs": [
            {"label": _("Keywords"), "url": "#tabs", "current": True, "count": 2},
            {"label": _("Pools"), "url": "#tabs", "current": False},
            {"label": _("Tags"), "url": "#tabs", "current": False, "count": 0},
        ],
        "steps": _steps(),
        "facts": [
            (_("Status"), _("Active")),
            (_("Country"), "United States (US)"),
            (_("Opt-out list"), "Default"),
            (_("Two-way channel"), ""),
        ],
        "timeline": [
            {"status": "QUEUED", "what": _("Queued"), "at": now - timedelta(seconds=4)},
            {
                "status": "SENT",
                "what": _("Sent to the carrier"),
                "at": now - timedelta(seconds=3),
                "detail": "Example Mobile",
            },
            {"status": "DELIVERED", "what": _("Delivered"), "at": now, "raw": '{"eventType": "TEXT_DELIVERED"}'},
        ],
        "checks": [
            Line(_("Originator"), "success", _("Passed"), _("+1 206-555-0111 is active and can send SMS."), "", "", ""),
            Line(_("Sandbox"), "success", _("Passed"), _("The destination is a simulator number."), "", "", ""),
            Line(
                _("Opt-out list"),
                "danger",
                _("Refused"),
                _("The recipient is on the list Default."),
                "DESTINATION_PHONE_NUMBER_OPTED_OUT",
                "",
                "#tables",
            ),
        ],
        "listing": SimpleNamespace(
            previous_url="?before=1#tables",
            next_url="?after=25#tables",
            sizes=[(size, f"?size={size}#tables", size == 25) for size in PAGE_SIZES],
        ),
        "jobs": [
            Job(status=Job.Status.RUNNING, done=512, total=1204, refused=3),
            Job(status=Job.Status.DONE, done=12, total=12),
            Job(status=Job.Status.FAILED, done=5000, failure="OSError: No space left on device"),
        ],
        "pieces": of_texts(_("Your code is 4821."), _("Your code is 4821. Reply STOP to end.")),
        "tile": {"name": _("Sent"), "figure": "20,412", "note": _("in the last 24 hours")},
        "spend": {"name": _("Spent this month"), "figure": "0.83 USD", "note": _("of 1.00 USD"), "meter": (83, 100)},
        "command": "aws pinpoint-sms-voice-v2 describe-pools --endpoint-url http://localhost:8000",
        "code": '{\n  "PoolId": "' + POOL + '",\n  "Status": "ACTIVE"\n}',
        "code_label": "JSON",
        "empty_title": _("No phone pools yet"),
        "empty_icon": "rectangle-stack",
        "what": _("A pool is a set of phone numbers that send as one."),
        "why": _("Messages go out from a number that fits the destination, and keep going when one fails."),
        "dependants": [{"kind": _("Phone number"), "label": "+1 425-555-0142", "url": "#delete"}],
        "consequences": [_("Its 2 numbers stay in the account."), _("Programs that send with this pool are refused.")],
    }


def _tags() -> TagRows:
    rows = TagRows([TagRow("team", "growth"), TagRow("team", "billing"), TagRow()])
    rows.is_valid()
    return rows


def _steps() -> list[dict[str, Any]]:
    states = [
        ("complete", _("Country"), _("Complete")),
        ("in_progress", _("Type and capability"), _("In progress")),
        ("attention", _("Options"), _("Needs changes")),
        ("not_started", _("Attachments"), _("Not started")),
        ("locked", _("Review"), _("Locked until all else is complete")),
    ]
    return [
        {
            "number": number,
            "label": label,
            "state": state,
            "state_label": words,
            "url": "#steps",
            "current": number == 2,
        }
        for number, (state, label, words) in enumerate(states, start=1)
    ]
