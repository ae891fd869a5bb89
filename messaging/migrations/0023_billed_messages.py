"""Messages that were accepted before they said whether they are billed: mark those that were, as the month's spend shows.

An account needs it when its messages say less than it has spent. Its counted days are dropped and counted anew.
"""

from typing import Any

from django.db import migrations
from django.db.models import F, Sum


def mark(apps: Any, schema_editor: Any) -> None:
    """One sum over the messages of each account that has spent something."""
    from messaging.reference import simulator_numbers

    message, spend, day, progress = (
        apps.get_model("messaging", name) for name in ("Message", "Spend", "UsageDay", "UsageProgress")
    )
    spent = spend.objects.values_list("owner_id").annotate(sum=Sum("amount")).order_by()
    for owner_id, amount in spent.filter(sum__gt=0):
        mine = message.objects.filter(owner_id=owner_id)
        marked = mine.filter(billed=True)
        if amount <= (marked.aggregate(sum=Sum(F("price") + F("carrier_fee")))["sum"] or 0):
            continue
        unmarked = mine.filter(billed=False).exclude(price=0, carrier_fee=0)
        unmarked = unmarked.exclude(destination_phone_number__in=list(simulator_numbers()))
        first = marked.order_by("message_id").values_list("message_id", flat=True).first()
        if first is not None:  # from here on messages say it themselves: what is not marked was free
            unmarked = unmarked.filter(message_id__lt=first)
        if unmarked.update(billed=True):
            day.objects.filter(owner_id=owner_id).delete()
            progress.objects.filter(owner_id=owner_id).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0022_numbers_without_claims"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
