"""Events know their owner, so that a list of them is a walk along an index."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """Give every event the owner of its message."""
    event, message = apps.get_model("messaging", "MessageEvent"), apps.get_model("messaging", "Message")
    found = message.objects.filter(pk=OuterRef("message_id")).values("owner_id")[:1]
    event.objects.update(owner_id=Subquery(found))


def owner(**changes):
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to="messaging.regionalaccount",
        **changes,
    )


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL changes no table that has rows waiting for their constraints to be checked

    dependencies = [
        ("messaging", "0018_bulk_sends"),
    ]

    operations = [
        migrations.AddField(model_name="messageevent", name="owner", field=owner(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(model_name="messageevent", name="owner", field=owner()),
        # PostgreSQL drops every index over the one column with its db_index, the one final event's too: it comes back.
        migrations.RemoveConstraint(model_name="messageevent", name="one_final_event"),
        migrations.AlterField(
            model_name="messageevent",
            name="message",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="messaging.message",
            ),
        ),
        migrations.AddConstraint(
            model_name="messageevent",
            constraint=models.UniqueConstraint(
                fields=["message"], condition=models.Q(is_final=True), name="one_final_event"
            ),
        ),
        migrations.AddIndex(
            model_name="messageevent", index=models.Index(fields=["owner", "event_id"], name="events_by_age")
        ),
        migrations.AddIndex(
            model_name="messageevent",
            index=models.Index(fields=["owner", "event_type", "event_id"], name="events_by_type"),
        ),
    ]
