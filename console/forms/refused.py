"""A refusal of an operation, shown where the form asked for what was refused."""

from collections.abc import Mapping

from django import forms

from messaging.errors import Refusal


def put_on(form: forms.Form, refusal: Refusal, *, names: Mapping[str, str] | None = None) -> None:
    """Add a refusal's message to the fields that it names, and to the form as a whole otherwise.

    names maps an operation's parameter to the form's field where they differ. The reason is the error's code.
    """
    placed = False
    for parameter, words in refusal.fields.items():
        field = (names or {}).get(parameter, parameter)
        if field in form.fields:
            form.add_error(field, forms.ValidationError(str(words), code=refusal.reason))
            placed = True
    if placed and len(refusal.fields) == 1:
        # The field says what to do; the message says what happened.
        return
    words = f"{refusal.message} {refusal.next_step}".strip()
    form.add_error(None, forms.ValidationError(words, code=refusal.reason))
