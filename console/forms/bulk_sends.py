"""Forms of bulk sends: text and options with the file, the columns, and when to start."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console import shapes
from console.forms.base import ConsoleForm, offer
from console.forms.confirm import ConfirmForm
from console.forms.fields import UploadField
from console.forms.opt_out_imports import UploadForm, largest_import
from console.forms.test_send import ContextForm
from console.preview import text_in
from messaging.models import MessageType
from messaging.operations.bulk_sends import LONGEST_WAIT_SECONDS, MOST_GROWTH, MOST_TRIES, RETRIABLE

NUMERIC = {"inputmode": "numeric", "class": "short"}
MANY = 1_000  # from here on the count is typed before a start


def _limits(member: str) -> shapes.Limits:
    return shapes.limits(f"SendTextMessage.{member}")


class BulkSendForm(ContextForm, ConsoleForm):
    """What is sent and how. Names are those of the operation."""

    bulk_send_name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("For yourself; recipients do not see it, such as “Spring sale”.")
    )
    message_body = forms.CharField(
        label=_("Message text"),
        strip=False,
        max_length=_limits("MessageBody").max,
        help_text=_(
            "{{name}} is what a row says in its column “name”, {{name|friend}} is “friend” where it says nothing."
        ),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto", "class": "input-area"}),
    )
    origination_identity = forms.ChoiceField(
        label=_("From"),
        required=False,
        help_text=_("A pool shares the messages out among its originators, so that all of their throughput is used."),
    )
    message_type = forms.ChoiceField(
        label=_("Message type"),
        required=False,
        choices=[("", _("As the originator or configuration set says")), *MessageType.choices],
    )
    configuration_set_name = forms.ChoiceField(
        label=_("Configuration set"),
        required=False,
        help_text=_("Its event destinations get the events of every message."),
    )
    protect_configuration_id = forms.ChoiceField(label=_("Protect configuration"), required=False)
    duplicates_go = forms.BooleanField(
        label=_("Send to a number again when it comes again in the file"),
        required=False,
        help_text=_("Otherwise only its first row is sent."),
    )
    max_price = forms.CharField(
        label=_("Max price"),
        required=False,
        max_length=_limits("MaxPrice").max,
        help_text=_("US dollars per message part, such as 0.05. Rows that cost more are left out."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}),
    )
    time_to_live = forms.IntegerField(
        label=_("Time to live"),
        required=False,
        min_value=_limits("TimeToLive").min,
        max_value=_limits("TimeToLive").max,
        help_text=_("Seconds, 5 to 259,200 (72 hours). Later a message is not delivered any more."),
        widget=forms.NumberInput(attrs=NUMERIC),
    )
    keyword = forms.CharField(
        label=_("Keyword"),
        required=False,
        max_length=_limits("Keyword").max,
        help_text=_("The registered keyword that the messages belong to, on a short code."),
    )
    retry_statuses = forms.MultipleChoiceField(
        label=_("Try again after"),
        required=False,
        choices=[(status, status) for status in RETRIABLE],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Final statuses that sending again later can help with. Every try is a message of its own."),
    )
    max_tries = forms.IntegerField(
        label=_("Tries at most"),
        min_value=1,
        max_value=MOST_TRIES,
        help_text=_("The first counts."),
        widget=forms.NumberInput(attrs=NUMERIC),
    )
    first_wait_seconds = forms.IntegerField(
        label=_("Seconds before the second try"),
        min_value=1,
        max_value=LONGEST_WAIT_SECONDS,
        widget=forms.NumberInput(attrs=NUMERIC),
    )
    wait_growth = forms.IntegerField(
        label=_("Every further wait is longer by"),
        min_value=1,
        max_value=MOST_GROWTH,
        help_text=_("A factor: with 300 seconds and 3 the waits are 5, 15 and 45 minutes."),
        widget=forms.NumberInput(attrs=NUMERIC),
    )

    def __init__(self, *args: Any, identities: Any, sets: Any, protections: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            origination_identity=identities,
            configuration_set_name=sets,
            protect_configuration_id=protections,
        )

    def clean_message_body(self) -> str:
        return text_in(self.cleaned_data["message_body"])

    @property
    def settings(self) -> dict[str, Any]:
        """What the operations take. Only of a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}


class CreateBulkSendForm(BulkSendForm, UploadForm):
    """The same with the file."""

    file = UploadField(
        label=_("CSV file"),
        help_text=_("A number in each row, with + and country code, and a column for each placeholder."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        most=largest_import,
    )


class WhenForm(ConsoleForm):
    """When it starts."""

    scheduled_at = forms.DateTimeField(
        label=_("Start at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "short"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In your time zone, by the clock of the simulation. Empty starts it at once."),
    )


class CountedStartForm(WhenForm, ConfirmForm):
    """The same for many: the count is typed."""
