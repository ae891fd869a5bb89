"""Forms of registrations, beside the wizard, whose fields come from the type's data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, offer
from console.forms.widgets import RadioTiles


class TypeForm(ConsoleForm):
    """What to register."""

    registration_type = forms.ChoiceField(
        label=_("Registration type"),
        widget=RadioTiles,
        error_messages={"required": _("Choose what to register.")},
    )

    def __init__(self, *args: Any, choices: Any, tiles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, registration_type=choices)
        self.fields["registration_type"].widget.tiles = tiles


class CreateForm(ConsoleForm):
    """The name, and what the registration needs before it can be submitted. resources: (id, label) of each."""

    registration_form_name = forms.CharField(
        label=_("Registration form name"),
        max_length=256,  # service model: TagValue
        help_text=_("What people call it here; kept as the tag Name."),
        error_messages={"required": _("Give the form a name.")},
    )
    resource_id = forms.ChoiceField(widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, label: Any = "", resources: Any = (), submits: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not resources:
            del self.fields["resource_id"]
            return
        field = self.fields["resource_id"]
        field.label = label
        offer(self, resource_id=resources)
        field.required = submits
        field.error_messages["required"] = _("Choose one: this registration is submitted at once.")


class AttestForm(ConsoleForm):
    """The last words before a submission."""

    attested = forms.BooleanField(
        label=_("What this form says is true, and I may submit it for the company that it names."),
        error_messages={"required": _("Confirm this before you submit.")},
    )
    aws_review = forms.BooleanField(
        label=_("Let the service look at it before the carriers do (AwsReview)"),
        required=False,
        help_text=_("One step more. It can save a refusal."),
    )


class AssociateForm(ConsoleForm):
    """A resource for a registration. kinds: the types' supported associations; resources: (id, label) of each."""

    resource_id = forms.ChoiceField(
        label=_("Available resources"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a resource.")},
    )

    def __init__(self, *args: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, resource_id=resources)
