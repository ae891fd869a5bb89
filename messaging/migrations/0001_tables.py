"""All tables of messaging."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import messaging.clock
import messaging.models.fields
from messaging.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    initial = True
    # What made the same in steps. A database that has only some of them wants the last commit that had them first.
    replaces = [
        ("messaging", "0001_initial"),
        ("messaging", "0002_job_results"),
        ("messaging", "0003_topic_subscriptions"),
        ("messaging", "0004_settings_version"),
        ("messaging", "0005_originators_and_verification"),
        ("messaging", "0006_verified_numbers_rcs"),
        ("messaging", "0007_released_numbers"),
        ("messaging", "0008_opt_out_imports"),
        ("messaging", "0009_records_keep_their_order"),
        ("messaging", "0010_message_owner_index"),
        ("messaging", "0011_channels_of_messages"),
        ("messaging", "0012_notifications"),
        ("messaging", "0013_connections_and_feedback"),
        ("messaging", "0014_media"),
        ("messaging", "0015_money"),
        ("messaging", "0016_throughput"),
        ("messaging", "0017_index_calls"),
        ("messaging", "0018_bulk_sends"),
        ("messaging", "0019_events_of_an_owner"),
        ("messaging", "0020_templates_and_deactivation_reports"),
        ("messaging", "0021_statistics"),
        ("messaging", "0022_numbers_without_claims"),
        ("messaging", "0023_billed_messages"),
        ("messaging", "0024_opted_out_number_indexes"),
    ]

    dependencies = []

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="Account",
                    fields=[
                        ("account_id", models.CharField(max_length=12, primary_key=True, serialize=False)),
                        ("name", models.CharField(blank=True, max_length=100)),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                    ],
                ),
                migrations.CreateModel(
                    name="Alarm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("alarm_id", models.CharField(max_length=64, unique=True)),
                        ("alarm_name", models.CharField(max_length=255)),
                        ("description", models.CharField(blank=True, max_length=1024)),
                        (
                            "metric",
                            models.CharField(
                                choices=[
                                    ("TextMessageMonthlySpend", "Text messages: spend this month"),
                                    ("MediaMessageMonthlySpend", "Media messages: spend this month"),
                                    ("VoiceMessageMonthlySpend", "Voice messages: spend this month"),
                                    ("RefusedShare", "Sends that are refused, in per cent"),
                                    ("DeliveryRate", "Messages that are delivered, in per cent"),
                                ],
                                max_length=32,
                            ),
                        ),
                        (
                            "statistic",
                            models.CharField(
                                choices=[("Maximum", "Maximum"), ("Average", "Average"), ("Minimum", "Minimum")],
                                default="Maximum",
                                max_length=8,
                            ),
                        ),
                        ("period_seconds", models.PositiveIntegerField()),
                        (
                            "comparison",
                            models.CharField(
                                choices=[
                                    ("GreaterThanThreshold", "Greater (>)"),
                                    ("GreaterThanOrEqualToThreshold", "Greater or equal (≥)"),
                                    ("EqualToThreshold", "Equal (=)"),
                                    ("LessThanThreshold", "Lower (<)"),
                                    ("LessThanOrEqualToThreshold", "Lower or equal (≤)"),
                                ],
                                max_length=32,
                            ),
                        ),
                        ("threshold", models.BigIntegerField()),
                        ("datapoints_to_alarm", models.PositiveSmallIntegerField(default=1)),
                        ("evaluation_periods", models.PositiveSmallIntegerField(default=1)),
                        ("topic_arn", models.CharField(blank=True, max_length=2048)),
                        ("notifies_members", models.BooleanField(default=True)),
                        ("enabled", models.BooleanField(default=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[("INSUFFICIENT_DATA", "Not enough data"), ("OK", "OK"), ("ALARM", "In alarm")],
                                default="INSUFFICIENT_DATA",
                                max_length=17,
                            ),
                        ),
                        ("state_since", models.DateTimeField()),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="ConfigurationSet",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("configuration_set_name", models.CharField(max_length=64)),
                        (
                            "default_message_type",
                            models.CharField(
                                blank=True,
                                choices=[("TRANSACTIONAL", "Transactional"), ("PROMOTIONAL", "Promotional")],
                                max_length=13,
                            ),
                        ),
                        ("default_sender_id", models.CharField(blank=True, max_length=11)),
                        ("default_message_feedback_enabled", models.BooleanField(default=False)),
                        ("protect_configuration_id", models.CharField(blank=True, max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="DeactivationReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("stored", models.CharField(max_length=200)),
                        ("file_name", models.CharField(max_length=200)),
                        ("size", models.PositiveBigIntegerField()),
                        ("actor", models.CharField(max_length=150)),
                        ("column", models.PositiveSmallIntegerField(default=0)),
                        ("has_head", models.BooleanField(default=False)),
                        ("delimiter", models.CharField(default=",", max_length=1)),
                        ("rows", models.PositiveIntegerField(default=0)),
                        ("duplicates", models.PositiveIntegerField(default=0)),
                        ("invalid", models.PositiveIntegerField(default=0)),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("report_id", models.CharField(max_length=64, unique=True)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("UPLOADED", "Uploaded"),
                                    ("COMPARING", "Comparing"),
                                    ("COMPARED", "Compared"),
                                    ("SUPPRESSING", "Suppressing"),
                                    ("SUPPRESSED", "Suppressed"),
                                ],
                                default="UPLOADED",
                                max_length=11,
                            ),
                        ),
                        ("recent_days", models.PositiveSmallIntegerField(default=90)),
                        ("matched", models.PositiveIntegerField(default=0)),
                        ("sent", models.PositiveIntegerField(default=0)),
                        ("verified", models.PositiveIntegerField(default=0)),
                        ("opted_out", models.PositiveIntegerField(default=0)),
                        ("suppressed", models.PositiveIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="Job",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("job_id", models.CharField(max_length=64, unique=True)),
                        ("kind", models.CharField(max_length=40)),
                        ("title", models.CharField(max_length=200)),
                        ("parameters", models.JSONField(default=dict)),
                        ("actor", models.CharField(max_length=150)),
                        ("role", models.CharField(max_length=13)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("WAITING", "Waiting"),
                                    ("RUNNING", "Running"),
                                    ("DONE", "Done"),
                                    ("CANCELLED", "Cancelled"),
                                    ("FAILED", "Failed"),
                                ],
                                default="WAITING",
                                max_length=9,
                            ),
                        ),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("refused", models.PositiveIntegerField(default=0)),
                        ("cursor", models.JSONField(default=dict)),
                        ("failure", models.CharField(blank=True, max_length=500)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("claim", models.UUIDField(blank=True, null=True)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="MediaBucket",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("bucket_name", models.CharField(max_length=63)),
                    ],
                ),
                migrations.CreateModel(
                    name="MediaContent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        (
                            "digest",
                            models.CharField(help_text="SHA-256 of the bytes, in hexadecimal digits.", max_length=64),
                        ),
                        ("size", models.PositiveIntegerField()),
                        ("content_type", models.CharField(blank=True, max_length=64)),
                        ("stored", models.CharField(max_length=200)),
                    ],
                ),
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("message_id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        (
                            "channel",
                            models.CharField(
                                choices=[("SMS", "SMS"), ("MMS", "MMS"), ("VOICE", "Voice")],
                                default="SMS",
                                max_length=5,
                            ),
                        ),
                        ("status", models.CharField(max_length=22)),
                        ("is_final", models.BooleanField(default=False)),
                        ("destination_phone_number", models.CharField(max_length=20)),
                        ("iso_country_code", models.CharField(max_length=2)),
                        (
                            "origination_identity",
                            models.CharField(
                                help_text="What the recipient sees: a number or sender ID.", max_length=40
                            ),
                        ),
                        (
                            "origination_identity_id",
                            models.CharField(help_text="phone-…, or empty for a shared route.", max_length=64),
                        ),
                        ("originator_type", models.CharField(max_length=12)),
                        ("pool_id", models.CharField(blank=True, max_length=64)),
                        ("chosen_because", models.CharField(blank=True, max_length=40)),
                        ("configuration_set_name", models.CharField(blank=True, max_length=64)),
                        (
                            "message_type",
                            models.CharField(
                                choices=[("TRANSACTIONAL", "Transactional"), ("PROMOTIONAL", "Promotional")],
                                max_length=13,
                            ),
                        ),
                        (
                            "message_body",
                            models.CharField(
                                blank=True, help_text="A text, or what a voice message says.", max_length=6000
                            ),
                        ),
                        (
                            "message_body_text_type",
                            models.CharField(blank=True, help_text="TEXT or SSML, of a voice message.", max_length=4),
                        ),
                        ("voice_id", models.CharField(blank=True, max_length=24)),
                        ("media_urls", models.JSONField(blank=True, default=list)),
                        (
                            "encoding",
                            models.CharField(
                                blank=True, help_text="GSM or UNICODE; empty for a voice message.", max_length=7
                            ),
                        ),
                        ("characters", models.PositiveIntegerField()),
                        ("parts", models.PositiveSmallIntegerField()),
                        ("price", models.BigIntegerField(default=0)),
                        ("carrier_fee", models.BigIntegerField(default=0)),
                        (
                            "billed",
                            models.BooleanField(
                                db_default=False, default=False, help_text="Whether it counts as spent."
                            ),
                        ),
                        ("max_price", models.CharField(blank=True, max_length=8)),
                        ("keyword", models.CharField(blank=True, max_length=30)),
                        ("context", models.JSONField(blank=True, default=dict)),
                        ("destination_country_parameters", models.JSONField(blank=True, default=dict)),
                        ("message_feedback_enabled", models.BooleanField(default=False)),
                        (
                            "message_feedback_status",
                            models.CharField(blank=True, help_text="RECEIVED or FAILED, once told.", max_length=8),
                        ),
                        (
                            "message_feedback_at",
                            models.DateTimeField(
                                blank=True, help_text="When it was told, or its hour over.", null=True
                            ),
                        ),
                        (
                            "protect_configuration_id",
                            models.CharField(blank=True, help_text="Which one's rules applied.", max_length=64),
                        ),
                        (
                            "protect_status",
                            models.CharField(
                                blank=True, help_text="What its rule said: ALLOW, MONITOR …", max_length=7
                            ),
                        ),
                        (
                            "duration_seconds",
                            models.PositiveIntegerField(blank=True, help_text="How long a call lasted.", null=True),
                        ),
                        ("expires_at", models.DateTimeField()),
                        ("actor", models.CharField(blank=True, max_length=150)),
                        ("request_id", models.CharField(blank=True, max_length=36)),
                        ("step", models.PositiveSmallIntegerField(default=0)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("claim", models.UUIDField(blank=True, null=True)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
                        ("carrier_reference", models.CharField(blank=True, max_length=64)),
                        ("carrier_name", models.CharField(blank=True, max_length=60)),
                    ],
                ),
                migrations.CreateModel(
                    name="Notification",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("kind", models.CharField(help_text="One of Kind.", max_length=20)),
                        (
                            "severity",
                            models.CharField(
                                choices=[
                                    ("INFO", "For information"),
                                    ("SUCCESS", "Good news"),
                                    ("WARNING", "Needs attention"),
                                    ("DANGER", "Something failed"),
                                ],
                                default="INFO",
                                max_length=7,
                            ),
                        ),
                        ("title", models.CharField(max_length=300)),
                        ("values", models.JSONField(default=dict)),
                        ("link", models.JSONField(default=list)),
                        ("recipient", models.CharField(blank=True, max_length=150)),
                        ("subject", models.CharField(blank=True, max_length=200)),
                    ],
                ),
                migrations.CreateModel(
                    name="OptOutList",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("opt_out_list_name", models.CharField(max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="ProtectConfiguration",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("protect_configuration_id", models.CharField(max_length=64, unique=True)),
                        ("account_default", models.BooleanField(default=False)),
                        ("deletion_protection_enabled", models.BooleanField(default=False)),
                    ],
                ),
                migrations.CreateModel(
                    name="ReleasedNumber",
                    fields=[
                        ("phone_number", models.CharField(max_length=20, primary_key=True, serialize=False)),
                        ("released_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="SimulatedTime",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("anchor_wall", models.DateTimeField()),
                        ("anchor_simulated", models.DateTimeField()),
                        ("rate", models.PositiveIntegerField(default=1)),
                    ],
                ),
                migrations.CreateModel(
                    name="WorkerBeat",
                    fields=[
                        ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("seen_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="AlarmChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "old",
                            models.CharField(
                                choices=[("INSUFFICIENT_DATA", "Not enough data"), ("OK", "OK"), ("ALARM", "In alarm")],
                                max_length=17,
                            ),
                        ),
                        (
                            "new",
                            models.CharField(
                                choices=[("INSUFFICIENT_DATA", "Not enough data"), ("OK", "OK"), ("ALARM", "In alarm")],
                                max_length=17,
                            ),
                        ),
                        ("value", models.BigIntegerField(blank=True, null=True)),
                        (
                            "alarm",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="messaging.alarm",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="DeactivatedNumber",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "report_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.CharField(max_length=20)),
                        ("row", models.PositiveIntegerField()),
                        ("last_sent_at", models.DateTimeField(null=True)),
                        ("verified", models.BooleanField(default=False)),
                        ("opt_out_lists", models.JSONField(default=list)),
                        (
                            "report",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="numbers",
                                to="messaging.deactivationreport",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="EventDestination",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("event_destination_name", models.CharField(max_length=64)),
                        ("enabled", models.BooleanField(default=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("LOG_GROUP", "Log group"),
                                    ("DELIVERY_STREAM", "Delivery stream"),
                                    ("TOPIC", "Topic"),
                                ],
                                max_length=15,
                            ),
                        ),
                        ("target_arn", models.CharField(max_length=2048)),
                        ("iam_role_arn", models.CharField(blank=True, max_length=2048)),
                        ("created_timestamp", models.DateTimeField()),
                        (
                            "configuration_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="event_destinations",
                                to="messaging.configurationset",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.AddField(
                    model_name="deactivationreport",
                    name="compare_job",
                    field=models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="messaging.job"
                    ),
                ),
                migrations.AddField(
                    model_name="deactivationreport",
                    name="suppress_job",
                    field=models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="messaging.job"
                    ),
                ),
                migrations.CreateModel(
                    name="JobResult",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("item", models.CharField(max_length=200)),
                        ("refused", models.CharField(blank=True, max_length=500)),
                        (
                            "job",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="results", to="messaging.job"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="MatchingEventType",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("event_type", models.CharField(max_length=32)),
                        (
                            "event_destination",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="event_types",
                                to="messaging.eventdestination",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="MessageMedia",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("file_name", models.CharField(max_length=1024)),
                        (
                            "source",
                            models.CharField(
                                choices=[("BUILT_IN", "Built-in bucket"), ("CONNECTED", "Connected bucket")],
                                max_length=9,
                            ),
                        ),
                        (
                            "content",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="carried",
                                to="messaging.mediacontent",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="media",
                                to="messaging.message",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["position"],
                    },
                ),
                migrations.CreateModel(
                    name="NotificationRead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("actor", models.CharField(max_length=150)),
                        (
                            "notification",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reads",
                                to="messaging.notification",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="OptedOutNumber",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("opted_out_number", models.CharField(max_length=20)),
                        ("opted_out_timestamp", models.DateTimeField()),
                        (
                            "end_user_opted_out",
                            models.BooleanField(default=False, help_text="True when the recipient asked for it."),
                        ),
                        ("actor", models.CharField(blank=True, max_length=150)),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        (
                            "opt_out_list",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="numbers",
                                to="messaging.optoutlist",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="deactivationreport",
                    name="opt_out_list",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="messaging.optoutlist",
                    ),
                ),
                migrations.CreateModel(
                    name="OptOutRemoval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("opted_out_number", models.CharField(max_length=20)),
                        ("removed_timestamp", models.DateTimeField()),
                        (
                            "opt_out_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="removals",
                                to="messaging.optoutlist",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="OutboxEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("event_id", models.UUIDField()),
                        ("message_id", models.UUIDField(blank=True, null=True)),
                        ("event_type", models.CharField(max_length=32)),
                        (
                            "topic_arn",
                            models.CharField(
                                blank=True,
                                help_text="The topic of a two-way message, which has no event destination.",
                                max_length=2048,
                            ),
                        ),
                        ("payload", messaging.models.fields.RecordField(help_text="The documented event record.")),
                        (
                            "status",
                            models.CharField(
                                choices=[("WAITING", "Waiting"), ("DELIVERED", "Delivered"), ("GIVEN_UP", "Given up")],
                                default="WAITING",
                                max_length=9,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        (
                            "resent_at",
                            models.DateTimeField(
                                blank=True, help_text="When somebody last asked for it once more.", null=True
                            ),
                        ),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("claim", models.UUIDField(blank=True, null=True)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
                        (
                            "event_destination",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="messaging.eventdestination",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="DeliveryAttempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("succeeded", models.BooleanField()),
                        (
                            "target",
                            models.CharField(
                                blank=True, help_text="The endpoint, where a destination has several.", max_length=2048
                            ),
                        ),
                        ("detail", models.CharField(blank=True, max_length=500)),
                        (
                            "entry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tries",
                                to="messaging.outboxentry",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Pool",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("pool_id", models.CharField(max_length=64, unique=True)),
                        (
                            "status",
                            models.CharField(
                                choices=[("CREATING", "Creating"), ("ACTIVE", "Active"), ("DELETING", "Deleting")],
                                default="ACTIVE",
                                max_length=10,
                            ),
                        ),
                        (
                            "message_type",
                            models.CharField(
                                choices=[("TRANSACTIONAL", "Transactional"), ("PROMOTIONAL", "Promotional")],
                                max_length=13,
                            ),
                        ),
                        ("two_way_enabled", models.BooleanField(default=False)),
                        ("two_way_channel_arn", models.CharField(blank=True, max_length=2048)),
                        ("two_way_channel_role", models.CharField(blank=True, max_length=2048)),
                        ("self_managed_opt_outs_enabled", models.BooleanField(default=False)),
                        ("shared_routes_enabled", models.BooleanField(default=False)),
                        ("deletion_protection_enabled", models.BooleanField(default=False)),
                        (
                            "opt_out_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pools",
                                to="messaging.optoutlist",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PhoneNumber",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("phone_number_id", models.CharField(max_length=64, unique=True)),
                        ("phone_number", models.CharField(max_length=20, unique=True)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("PENDING", "Pending"),
                                    ("ACTIVE", "Active"),
                                    ("ASSOCIATING", "Associating"),
                                    ("DISASSOCIATING", "Disassociating"),
                                    ("DELETED", "Deleted"),
                                ],
                                default="PENDING",
                                max_length=14,
                            ),
                        ),
                        ("iso_country_code", models.CharField(max_length=2)),
                        (
                            "message_type",
                            models.CharField(
                                choices=[("TRANSACTIONAL", "Transactional"), ("PROMOTIONAL", "Promotional")],
                                max_length=13,
                            ),
                        ),
                        (
                            "number_type",
                            models.CharField(
                                choices=[
                                    ("SHORT_CODE", "Short code"),
                                    ("LONG_CODE", "Long code"),
                                    ("TOLL_FREE", "Toll-free"),
                                    ("TEN_DLC", "10DLC"),
                                    ("SIMULATOR", "Simulator"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("sms", models.BooleanField(default=False)),
                        ("mms", models.BooleanField(default=False)),
                        ("voice", models.BooleanField(default=False)),
                        ("monthly_leasing_units", models.BigIntegerField(default=0)),
                        ("two_way_enabled", models.BooleanField(default=False)),
                        ("two_way_channel_arn", models.CharField(blank=True, max_length=2048)),
                        ("two_way_channel_role", models.CharField(blank=True, max_length=2048)),
                        ("self_managed_opt_outs_enabled", models.BooleanField(default=False)),
                        ("international_sending_enabled", models.BooleanField(default=False)),
                        ("deletion_protection_enabled", models.BooleanField(default=False)),
                        ("registration_id", models.CharField(blank=True, max_length=64)),
                        (
                            "due_at",
                            models.DateTimeField(
                                blank=True, help_text="When the simulator activates it, if it will.", null=True
                            ),
                        ),
                        (
                            "opt_out_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="phone_numbers",
                                to="messaging.optoutlist",
                            ),
                        ),
                        (
                            "pool",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="phone_numbers",
                                to="messaging.pool",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Keyword",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("keyword", models.CharField(max_length=30)),
                        ("keyword_message", models.CharField(max_length=1600)),
                        (
                            "keyword_action",
                            models.CharField(
                                choices=[
                                    ("AUTOMATIC_RESPONSE", "Automatic response"),
                                    ("OPT_OUT", "Opt-out"),
                                    ("OPT_IN", "Opt-in"),
                                ],
                                default="AUTOMATIC_RESPONSE",
                                max_length=18,
                            ),
                        ),
                        (
                            "phone_number",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="keywords",
                                to="messaging.phonenumber",
                            ),
                        ),
                        (
                            "pool",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="keywords",
                                to="messaging.pool",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["keyword"],
                    },
                ),
                migrations.CreateModel(
                    name="NumberOverride",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("destination_phone_number", models.CharField(max_length=20)),
                        ("iso_country_code", models.CharField(blank=True, max_length=2)),
                        ("action", models.CharField(choices=[("ALLOW", "Allow"), ("BLOCK", "Block")], max_length=5)),
                        ("created_timestamp", models.DateTimeField()),
                        ("expiration_timestamp", models.DateTimeField(blank=True, null=True)),
                        (
                            "protect_configuration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="overrides",
                                to="messaging.protectconfiguration",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CountryRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "number_capability",
                            models.CharField(
                                choices=[("SMS", "SMS"), ("MMS", "MMS"), ("VOICE", "Voice")], max_length=5
                            ),
                        ),
                        ("iso_country_code", models.CharField(max_length=2)),
                        (
                            "protect_status",
                            models.CharField(
                                choices=[
                                    ("ALLOW", "Allow"),
                                    ("BLOCK", "Block"),
                                    ("MONITOR", "Monitor"),
                                    ("FILTER", "Filter"),
                                ],
                                max_length=7,
                            ),
                        ),
                        (
                            "protect_configuration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rules",
                                to="messaging.protectconfiguration",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="RateCard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("effective_date", models.DateField()),
                        ("file_name", models.CharField(blank=True, max_length=200)),
                        ("imported_at", models.DateTimeField(default=messaging.clock.now)),
                        ("actor", models.CharField(blank=True, max_length=150)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rate_cards",
                                to="messaging.account",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="RatePrice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("iso_country_code", models.CharField(max_length=2)),
                        ("channel", models.CharField(max_length=5)),
                        ("originator_type", models.CharField(max_length=12)),
                        ("message_price", models.BigIntegerField()),
                        ("carrier_fee", models.BigIntegerField(default=0)),
                        (
                            "rate_card",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="prices",
                                to="messaging.ratecard",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="RegionalAccount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("region", models.CharField(max_length=24)),
                        (
                            "tier",
                            models.CharField(
                                choices=[("SANDBOX", "Sandbox"), ("PRODUCTION", "Production")],
                                default="SANDBOX",
                                max_length=10,
                            ),
                        ),
                        (
                            "voice_tier",
                            models.CharField(
                                choices=[("SANDBOX", "Sandbox"), ("PRODUCTION", "Production")],
                                default="SANDBOX",
                                max_length=10,
                            ),
                        ),
                        ("text_spend_limit", models.BigIntegerField(default=100000)),
                        ("media_spend_limit", models.BigIntegerField(default=100000)),
                        ("voice_spend_limit", models.BigIntegerField(default=100000)),
                        ("text_spend_override", models.BigIntegerField(blank=True, null=True)),
                        ("media_spend_override", models.BigIntegerField(blank=True, null=True)),
                        ("voice_spend_override", models.BigIntegerField(blank=True, null=True)),
                        (
                            "quotas",
                            models.JSONField(
                                blank=True, default=dict, help_text="Raised resource quotas: quota id -> number."
                            ),
                        ),
                        (
                            "settings_version",
                            models.BigIntegerField(default=0, help_text="Raised by every change of settings."),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="regions",
                                to="messaging.account",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="protectconfiguration",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.regionalaccount"
                    ),
                ),
                migrations.AddField(
                    model_name="pool",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.regionalaccount"
                    ),
                ),
                migrations.AddField(
                    model_name="phonenumber",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.regionalaccount"
                    ),
                ),
                migrations.AddField(
                    model_name="outboxentry",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.regionalaccount"
                    ),
                ),
                migrations.AddField(
                    model_name="optoutlist",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.regionalaccount"
                    ),
                ),
                migrations.CreateModel(
                    name="OptOutImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("stored", models.CharField(max_length=200)),
                        ("file_name", models.CharField(max_length=200)),
                        ("size", models.PositiveBigIntegerField()),
                        ("actor", models.CharField(max_length=150)),
                        ("column", models.PositiveSmallIntegerField(default=0)),
                        ("has_head", models.BooleanField(default=False)),
                        ("delimiter", models.CharField(default=",", max_length=1)),
                        ("rows", models.PositiveIntegerField(default=0)),
                        ("duplicates", models.PositiveIntegerField(default=0)),
                        ("invalid", models.PositiveIntegerField(default=0)),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("import_id", models.CharField(max_length=64, unique=True)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("UPLOADED", "Uploaded"),
                                    ("CHECKING", "Checking"),
                                    ("CHECKED", "Checked"),
                                    ("IMPORTING", "Importing"),
                                    ("DONE", "Done"),
                                ],
                                default="UPLOADED",
                                max_length=9,
                            ),
                        ),
                        ("new", models.PositiveIntegerField(default=0)),
                        ("already", models.PositiveIntegerField(default=0)),
                        ("added", models.PositiveIntegerField(default=0)),
                        (
                            "check_job",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="messaging.job",
                            ),
                        ),
                        (
                            "import_job",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="messaging.job",
                            ),
                        ),
                        (
                            "opt_out_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="imports",
                                to="messaging.optoutlist",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="NotificationReader",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("actor", models.CharField(max_length=150)),
                        ("read_through", models.BigIntegerField(default=0)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="notification",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.regionalaccount"
                    ),
                ),
                migrations.CreateModel(
                    name="MonthlyCharge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("PHONE_NUMBER", "Phone number, monthly"),
                                    ("SENDER_ID", "Sender ID, monthly"),
                                    ("SHORT_CODE_SETUP", "Short code, set-up"),
                                    ("BRAND_REGISTRATION", "Brand registration, once"),
                                    ("BRAND_VETTING", "Brand vetting, once"),
                                    ("CAMPAIGN", "Campaign, monthly"),
                                    ("REGISTRATION", "Registration, once"),
                                    ("DEACTIVATION_REPORT", "Deactivation report"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("amount", models.BigIntegerField()),
                        ("about", models.CharField(max_length=256)),
                        ("iso_country_code", models.CharField(blank=True, max_length=2)),
                        ("begun_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Meter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=120)),
                        ("empties_at", models.BigIntegerField(db_index=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="MessageTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("message_template_id", models.CharField(max_length=64, unique=True)),
                        ("iso_country_code", models.CharField(max_length=2)),
                        ("entity_id", models.CharField(blank=True, max_length=64)),
                        ("template_id", models.CharField(max_length=64)),
                        ("message_template", models.CharField(max_length=1600)),
                        ("actor", models.CharField(blank=True, max_length=150)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="MessageEvent",
                    fields=[
                        ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                        ("sequence", models.PositiveSmallIntegerField()),
                        ("event_type", models.CharField(max_length=32)),
                        ("status", models.CharField(max_length=22)),
                        ("description", models.CharField(blank=True, max_length=200)),
                        ("is_final", models.BooleanField(default=False)),
                        ("occurred_at", models.DateTimeField()),
                        (
                            "message",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="events",
                                to="messaging.message",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["sequence"],
                    },
                ),
                migrations.AddField(
                    model_name="message",
                    name="owner",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="messaging.regionalaccount",
                    ),
                ),
                migrations.CreateModel(
                    name="MediaFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("file_id", models.CharField(max_length=64, unique=True)),
                        ("key", models.CharField(max_length=1024)),
                        ("actor", models.CharField(blank=True, max_length=150)),
                        (
                            "bucket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="messaging.mediabucket",
                            ),
                        ),
                        (
                            "content",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="messaging.mediacontent",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="mediacontent",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.regionalaccount"
                    ),
                ),
                migrations.AddField(
                    model_name="mediabucket",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.regionalaccount"
                    ),
                ),
                migrations.CreateModel(
                    name="LogRecord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("log_group", models.CharField(max_length=512)),
                        ("event_id", models.UUIDField()),
                        ("record", messaging.models.fields.RecordField()),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="job",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.regionalaccount"
                    ),
                ),
                migrations.CreateModel(
                    name="InboundMessage",
                    fields=[
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("inbound_message_id", models.UUIDField(primary_key=True, serialize=False)),
                        ("origination_number", models.CharField(help_text="The handset.", max_length=20)),
                        ("destination_number", models.CharField(help_text="The account's number.", max_length=20)),
                        ("phone_number_id", models.CharField(max_length=64)),
                        ("message_body", models.CharField(max_length=1600)),
                        ("message_keyword", models.CharField(blank=True, max_length=30)),
                        ("keyword_action", models.CharField(blank=True, max_length=18)),
                        ("previous_published_message_id", models.CharField(blank=True, max_length=36)),
                        ("reply_message_id", models.UUIDField(blank=True, null=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="HandsetBehaviour",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("behaviour_id", models.CharField(max_length=64, unique=True)),
                        (
                            "scope",
                            models.CharField(
                                choices=[("NUMBER", "Number"), ("PREFIX", "Prefix"), ("COUNTRY", "Country")],
                                max_length=7,
                            ),
                        ),
                        ("match", models.CharField(max_length=20)),
                        ("outcomes", models.JSONField(default=list)),
                        ("carrier_delay_seconds", models.PositiveIntegerField(default=0)),
                        ("handset_delay_seconds", models.PositiveIntegerField(default=1)),
                        ("carrier_name", models.CharField(blank=True, max_length=60)),
                        ("seed", models.PositiveIntegerField(default=0)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Handset",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("phone_number", models.CharField(max_length=20)),
                        ("iso_country_code", models.CharField(blank=True, max_length=2)),
                        ("last_activity_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="deactivationreport",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.regionalaccount"
                    ),
                ),
                migrations.AddField(
                    model_name="configurationset",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.regionalaccount"
                    ),
                ),
                migrations.CreateModel(
                    name="Charge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("PHONE_NUMBER", "Phone number, monthly"),
                                    ("SENDER_ID", "Sender ID, monthly"),
                                    ("SHORT_CODE_SETUP", "Short code, set-up"),
                                    ("BRAND_REGISTRATION", "Brand registration, once"),
                                    ("BRAND_VETTING", "Brand vetting, once"),
                                    ("CAMPAIGN", "Campaign, monthly"),
                                    ("REGISTRATION", "Registration, once"),
                                    ("DEACTIVATION_REPORT", "Deactivation report"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("amount", models.BigIntegerField()),
                        ("about", models.CharField(max_length=256)),
                        ("iso_country_code", models.CharField(blank=True, max_length=2)),
                        ("charged_at", models.DateTimeField()),
                        ("month", models.DateField()),
                        ("monthly", models.BooleanField(default=False)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CampaignRates",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("campaign_id", models.CharField(help_text="The registration of the campaign.", max_length=64)),
                        ("brand_id", models.CharField(help_text="The registration of the brand.", max_length=64)),
                        ("parts_per_minute", models.PositiveIntegerField(blank=True, null=True)),
                        ("messages_per_day", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="BulkSend",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("stored", models.CharField(max_length=200)),
                        ("file_name", models.CharField(max_length=200)),
                        ("size", models.PositiveBigIntegerField()),
                        ("actor", models.CharField(max_length=150)),
                        ("column", models.PositiveSmallIntegerField(default=0)),
                        ("delimiter", models.CharField(default=",", max_length=1)),
                        ("rows", models.PositiveIntegerField(default=0)),
                        ("bulk_send_id", models.CharField(max_length=64, unique=True)),
                        ("bulk_send_name", models.CharField(max_length=100)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("DRAFT", "Draft"),
                                    ("CHECKING", "Checking"),
                                    ("CHECKED", "Checked"),
                                    ("SCHEDULED", "Scheduled"),
                                    ("RUNNING", "Running"),
                                    ("PAUSED", "Paused"),
                                    ("STOPPED", "Stopped"),
                                    ("DONE", "Done"),
                                ],
                                default="DRAFT",
                                max_length=9,
                            ),
                        ),
                        (
                            "paused_because",
                            models.CharField(blank=True, help_text="Why it paused by itself.", max_length=300),
                        ),
                        ("has_head", models.BooleanField(default=True)),
                        ("columns", models.JSONField(default=list)),
                        ("message_body", models.CharField(max_length=1600)),
                        ("origination_identity", models.CharField(blank=True, max_length=200)),
                        (
                            "message_type",
                            models.CharField(
                                blank=True,
                                choices=[("TRANSACTIONAL", "Transactional"), ("PROMOTIONAL", "Promotional")],
                                max_length=13,
                            ),
                        ),
                        ("configuration_set_name", models.CharField(blank=True, max_length=64)),
                        ("protect_configuration_id", models.CharField(blank=True, max_length=64)),
                        ("keyword", models.CharField(blank=True, max_length=30)),
                        ("max_price", models.CharField(blank=True, max_length=8)),
                        ("time_to_live", models.PositiveIntegerField(blank=True, null=True)),
                        ("context", models.JSONField(blank=True, default=dict)),
                        (
                            "duplicates_go",
                            models.BooleanField(
                                default=False, help_text="Whether a number that comes again gets a message."
                            ),
                        ),
                        ("retry_statuses", models.JSONField(blank=True, default=list)),
                        ("max_tries", models.PositiveSmallIntegerField(default=3)),
                        ("first_wait_seconds", models.PositiveIntegerField(default=300)),
                        ("wait_growth", models.PositiveSmallIntegerField(default=3)),
                        ("ready", models.PositiveIntegerField(default=0)),
                        ("parts", models.PositiveIntegerField(default=0)),
                        ("price", models.BigIntegerField(default=0)),
                        ("rates", models.JSONField(default=dict)),
                        ("role", models.CharField(max_length=13)),
                        ("scheduled_at", models.DateTimeField(blank=True, null=True)),
                        ("started_at", models.DateTimeField(blank=True, null=True)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("lanes", models.JSONField(default=dict)),
                        (
                            "check_job",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="messaging.job",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="alarm",
                    name="owner",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.regionalaccount"
                    ),
                ),
                migrations.CreateModel(
                    name="Activity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("at", models.DateTimeField()),
                        ("actor", models.CharField(max_length=150)),
                        ("door", models.CharField(max_length=9)),
                        ("operation", models.CharField(max_length=64)),
                        (
                            "resource",
                            models.CharField(blank=True, help_text="ARN or id of what it concerned.", max_length=256),
                        ),
                        ("parameters", models.JSONField(default=dict)),
                        (
                            "refused",
                            models.CharField(
                                blank=True, help_text="Refusal class and reason, or empty.", max_length=80
                            ),
                        ),
                        ("detail", models.CharField(blank=True, max_length=500)),
                        ("request_id", models.CharField(max_length=36)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="RequestRate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("action", models.CharField(max_length=64)),
                        ("next_at", models.FloatField()),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SenderId",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("sender_id", models.CharField(max_length=11)),
                        ("iso_country_code", models.CharField(max_length=2)),
                        ("transactional", models.BooleanField(default=True)),
                        ("promotional", models.BooleanField(default=False)),
                        ("monthly_leasing_units", models.BigIntegerField(default=0)),
                        ("deletion_protection_enabled", models.BooleanField(default=False)),
                        ("registered", models.BooleanField(default=False)),
                        ("registration_id", models.CharField(blank=True, max_length=64)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                        ("pools", models.ManyToManyField(blank=True, related_name="sender_ids", to="messaging.pool")),
                    ],
                ),
                migrations.CreateModel(
                    name="ServiceConnection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        (
                            "service",
                            models.CharField(
                                choices=[
                                    ("LOGS", "Log groups"),
                                    ("FIREHOSE", "Delivery streams"),
                                    ("SNS", "Topics"),
                                    ("S3", "Media buckets"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("connected", models.BooleanField(default=True)),
                        (
                            "endpoint_url",
                            models.CharField(
                                blank=True, help_text="Empty: the provider's own of the Region.", max_length=2048
                            ),
                        ),
                        (
                            "service_region",
                            models.CharField(blank=True, help_text="Empty: the account's own Region.", max_length=32),
                        ),
                        ("access_key_id", models.CharField(blank=True, max_length=128)),
                        ("secret_encrypted", models.BinaryField(default=bytes)),
                        ("tested_at", models.DateTimeField(blank=True, null=True)),
                        ("test_succeeded", models.BooleanField(default=False)),
                        ("test_detail", models.CharField(blank=True, max_length=500)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Spend",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField()),
                        ("channel", models.CharField(max_length=5)),
                        ("amount", models.BigIntegerField(default=0)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="spend",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="StagedNumber",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "staged_in_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.CharField(max_length=20)),
                        (
                            "staged_in",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="staged",
                                to="messaging.optoutimport",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Statistic",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("span_hours", models.PositiveSmallIntegerField(help_text="1 or 24.")),
                        ("start", models.DateTimeField()),
                        ("channel", models.CharField(max_length=5)),
                        ("dimension", models.CharField(blank=True, max_length=10)),
                        ("value", models.CharField(blank=True, max_length=64)),
                        ("outcome", models.CharField(blank=True, max_length=22)),
                        ("messages", models.BigIntegerField()),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="StatisticProgress",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("counted_until", models.UUIDField()),
                        ("closing", models.DateTimeField(blank=True, null=True)),
                        ("closing_seen", models.DateTimeField(blank=True, null=True)),
                        (
                            "owner",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Tag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("resource_arn", models.CharField(max_length=256)),
                        ("key", models.CharField(max_length=128)),
                        ("value", models.CharField(blank=True, max_length=256)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["key"],
                    },
                ),
                migrations.CreateModel(
                    name="TopicSubscription",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("subscription_id", models.CharField(max_length=64, unique=True)),
                        ("topic_arn", models.CharField(max_length=2048)),
                        ("endpoint", models.CharField(max_length=2048)),
                        ("enabled", models.BooleanField(default=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="UsageDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("channel", models.CharField(max_length=5)),
                        ("iso_country_code", models.CharField(max_length=2)),
                        ("originator_type", models.CharField(max_length=12)),
                        ("messages", models.BigIntegerField()),
                        ("parts", models.BigIntegerField()),
                        ("fee_parts", models.BigIntegerField()),
                        ("price", models.BigIntegerField()),
                        ("carrier_fee", models.BigIntegerField()),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="UsageProgress",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("counted_until", models.DateField()),
                        ("closing", models.DateField(blank=True, null=True)),
                        ("closing_seen", models.DateTimeField(blank=True, null=True)),
                        (
                            "owner",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="VerifiedDestinationNumber",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("verified_destination_number_id", models.CharField(max_length=64, unique=True)),
                        ("destination_phone_number", models.CharField(max_length=20)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("PENDING", "Pending"),
                                    ("VERIFIED", "Verified"),
                                    ("UNSUPPORTED", "Unsupported"),
                                ],
                                default="PENDING",
                                max_length=11,
                            ),
                        ),
                        (
                            "rcs_agent_id",
                            models.CharField(blank=True, help_text="Always empty: RCS is not offered.", max_length=64),
                        ),
                        ("code_hash", models.CharField(blank=True, max_length=64)),
                        ("code_sent_at", models.DateTimeField(blank=True, null=True)),
                        ("code_attempts", models.PositiveSmallIntegerField(default=0)),
                        ("codes_sent", models.PositiveSmallIntegerField(default=0)),
                        ("sends_day", models.DateField(blank=True, null=True)),
                        ("sends_today", models.PositiveSmallIntegerField(default=0)),
                        ("verified_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="messaging.regionalaccount",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="AlarmDatapoint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ends_at", models.DateTimeField()),
                        ("value", models.BigIntegerField()),
                        ("breaching", models.BooleanField()),
                        (
                            "alarm",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="datapoints",
                                to="messaging.alarm",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-ends_at"],
                        "constraints": [
                            models.UniqueConstraint(fields=("alarm", "ends_at"), name="one_datapoint_a_period")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BulkSendRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("destination_phone_number", models.CharField(max_length=40)),
                        ("iso_country_code", models.CharField(blank=True, max_length=2)),
                        ("variables", models.JSONField(default=dict)),
                        ("parts", models.PositiveSmallIntegerField(default=0)),
                        ("price", models.BigIntegerField(default=0)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("READY", "Ready"),
                                    ("LEFT_OUT", "Left out"),
                                    ("WAITING", "Waiting"),
                                    ("SENT", "Sent"),
                                    ("DELIVERED", "Delivered"),
                                    ("FAILED", "Failed"),
                                    ("REFUSED", "Refused"),
                                    ("STOPPED", "Stopped"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=60)),
                        ("detail", models.CharField(blank=True, max_length=300)),
                        ("message_id", models.UUIDField(blank=True, null=True)),
                        ("earlier_message_ids", models.JSONField(default=list)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "bulk_send",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="file_rows",
                                to="messaging.bulksend",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["bulk_send", "state", "reason"], name="bulk_rows_by_state"),
                            models.Index(fields=["bulk_send", "destination_phone_number"], name="bulk_rows_by_number"),
                            models.Index(
                                condition=models.Q(("state", "READY")),
                                fields=["bulk_send", "iso_country_code", "number"],
                                name="bulk_rows_ready",
                            ),
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["bulk_send", "due_at"],
                                name="bulk_rows_due",
                            ),
                            models.Index(
                                condition=models.Q(("state", "SENT")), fields=["message_id"], name="bulk_rows_sent"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("bulk_send", "number"), name="one_row_per_number")
                        ],
                    },
                ),
                migrations.AddConstraint(
                    model_name="eventdestination",
                    constraint=models.UniqueConstraint(
                        fields=("configuration_set", "event_destination_name"), name="one_destination_per_name"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="matchingeventtype",
                    constraint=models.UniqueConstraint(
                        fields=("event_destination", "event_type"), name="one_row_per_event_type"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="messagemedia",
                    constraint=models.UniqueConstraint(fields=("message", "position"), name="one_media_per_position"),
                ),
                migrations.AddConstraint(
                    model_name="notificationread",
                    constraint=models.UniqueConstraint(fields=("notification", "actor"), name="read_once"),
                ),
                migrations.AddIndex(
                    model_name="optedoutnumber",
                    index=models.Index(fields=["opted_out_number"], name="opted_out_number"),
                ),
                migrations.AddIndex(
                    model_name="optedoutnumber",
                    index=models.Index(fields=["opt_out_list", "opted_out_timestamp", "id"], name="opted_out_by_age"),
                ),
                migrations.AddConstraint(
                    model_name="optedoutnumber",
                    constraint=models.UniqueConstraint(
                        fields=("opt_out_list", "opted_out_number"), name="one_entry_per_number"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="optoutremoval",
                    constraint=models.UniqueConstraint(
                        fields=("opt_out_list", "opted_out_number"), name="one_removal_per_number"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="keyword",
                    constraint=models.UniqueConstraint(
                        fields=("phone_number", "keyword"), name="one_keyword_per_number"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="keyword",
                    constraint=models.UniqueConstraint(fields=("pool", "keyword"), name="one_keyword_per_pool"),
                ),
                migrations.AddConstraint(
                    model_name="keyword",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phone_number__isnull", False), ("pool__isnull", True)),
                            models.Q(("phone_number__isnull", True), ("pool__isnull", False)),
                            _connector="OR",
                        ),
                        name="keyword_on_number_or_pool",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="numberoverride",
                    constraint=models.UniqueConstraint(
                        fields=("protect_configuration", "destination_phone_number"), name="one_override_per_number"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="countryrule",
                    constraint=models.UniqueConstraint(
                        fields=("protect_configuration", "number_capability", "iso_country_code"),
                        name="one_rule_per_country",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ratecard",
                    constraint=models.UniqueConstraint(
                        fields=("account", "effective_date"), name="one_rate_card_a_day"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rateprice",
                    constraint=models.UniqueConstraint(
                        fields=("rate_card", "iso_country_code", "channel", "originator_type"),
                        name="one_price_of_a_kind",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="regionalaccount",
                    constraint=models.UniqueConstraint(fields=("account", "region"), name="one_account_per_region"),
                ),
                migrations.AddConstraint(
                    model_name="protectconfiguration",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("account_default", True)),
                        fields=("owner",),
                        name="one_default_protect_configuration",
                    ),
                ),
                migrations.AddIndex(
                    model_name="phonenumber",
                    index=models.Index(fields=["owner", "-created_timestamp", "id"], name="numbers_by_age"),
                ),
                migrations.AddIndex(
                    model_name="phonenumber",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="numbers_due"
                    ),
                ),
                migrations.AddIndex(
                    model_name="outboxentry",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="outbox_due"
                    ),
                ),
                migrations.AddIndex(
                    model_name="outboxentry",
                    index=models.Index(
                        condition=models.Q(("topic_arn", ""), _negated=True),
                        fields=["owner", "topic_arn", "-id"],
                        name="outbox_by_topic",
                    ),
                ),
                migrations.AddIndex(
                    model_name="outboxentry",
                    index=models.Index(
                        condition=models.Q(("status", "GIVEN_UP")), fields=["owner", "-id"], name="outbox_given_up"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="outboxentry",
                    constraint=models.UniqueConstraint(
                        fields=("event_id", "event_destination"), name="one_entry_per_event_and_destination"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="optoutlist",
                    constraint=models.UniqueConstraint(fields=("owner", "opt_out_list_name"), name="one_list_per_name"),
                ),
                migrations.AddIndex(
                    model_name="optoutimport",
                    index=models.Index(fields=["opt_out_list", "-id"], name="imports_of_list"),
                ),
                migrations.AddConstraint(
                    model_name="notificationreader",
                    constraint=models.UniqueConstraint(fields=("owner", "actor"), name="one_reader_per_actor"),
                ),
                migrations.AddIndex(
                    model_name="notification",
                    index=models.Index(fields=["owner", "-id"], name="notifications_by_age"),
                ),
                migrations.AddConstraint(
                    model_name="notification",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("subject", ""), _negated=True),
                        fields=("owner", "kind", "subject"),
                        name="one_notice_per_subject",
                    ),
                ),
                migrations.AddIndex(
                    model_name="monthlycharge",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="monthly_charges_due"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="monthlycharge",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("owner", "kind", "about"),
                        name="one_running_monthly_charge",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="meter",
                    constraint=models.UniqueConstraint(fields=("owner", "key"), name="one_meter_per_key"),
                ),
                migrations.AddConstraint(
                    model_name="messagetemplate",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "iso_country_code", "entity_id", "template_id"), name="one_template_per_id"
                    ),
                ),
                migrations.AddIndex(
                    model_name="messageevent",
                    index=models.Index(fields=["owner", "event_id"], name="events_by_age"),
                ),
                migrations.AddIndex(
                    model_name="messageevent",
                    index=models.Index(fields=["owner", "event_type", "event_id"], name="events_by_type"),
                ),
                migrations.AddConstraint(
                    model_name="messageevent",
                    constraint=models.UniqueConstraint(fields=("message", "sequence"), name="one_event_per_step"),
                ),
                migrations.AddConstraint(
                    model_name="messageevent",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("is_final", True)), fields=("message",), name="one_final_event"
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(fields=["owner", "message_id"], name="messages_by_age"),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        fields=["owner", "destination_phone_number", "message_id"], name="messages_by_destination"
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(fields=["owner", "status", "message_id"], name="messages_by_status"),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="messages_due"
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("channel", "VOICE")), fields=["owner", "message_id"], name="calls_by_age"
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("message_feedback_enabled", True), ("message_feedback_status", "")),
                        fields=["created_timestamp"],
                        name="messages_awaiting_feedback",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mediafile",
                    constraint=models.UniqueConstraint(fields=("bucket", "key"), name="one_file_per_key"),
                ),
                migrations.AddConstraint(
                    model_name="mediacontent",
                    constraint=models.UniqueConstraint(fields=("owner", "digest"), name="one_content_per_digest"),
                ),
                migrations.AddConstraint(
                    model_name="mediabucket",
                    constraint=models.UniqueConstraint(fields=("owner", "bucket_name"), name="one_bucket_per_name"),
                ),
                migrations.AddConstraint(
                    model_name="logrecord",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "log_group", "event_id"), name="one_record_per_event"
                    ),
                ),
                migrations.AddIndex(
                    model_name="job",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="jobs_due"
                    ),
                ),
                migrations.AddIndex(
                    model_name="inboundmessage",
                    index=models.Index(fields=["owner", "inbound_message_id"], name="inbound_by_age"),
                ),
                migrations.AddIndex(
                    model_name="inboundmessage",
                    index=models.Index(
                        fields=["owner", "origination_number", "inbound_message_id"], name="inbound_by_handset"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="handsetbehaviour",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "scope", "match"), name="one_behaviour_per_match"
                    ),
                ),
                migrations.AddIndex(
                    model_name="handset",
                    index=models.Index(fields=["owner", "-last_activity_at", "id"], name="handsets_by_activity"),
                ),
                migrations.AddConstraint(
                    model_name="handset",
                    constraint=models.UniqueConstraint(fields=("owner", "phone_number"), name="one_handset_per_number"),
                ),
                migrations.AddIndex(
                    model_name="deactivationreport",
                    index=models.Index(fields=["owner", "-id"], name="reports_by_age"),
                ),
                migrations.AddConstraint(
                    model_name="configurationset",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "configuration_set_name"), name="one_set_per_name"
                    ),
                ),
                migrations.AddIndex(
                    model_name="charge",
                    index=models.Index(fields=["owner", "month"], name="charges_by_month"),
                ),
                migrations.AddConstraint(
                    model_name="charge",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("monthly", True)),
                        fields=("owner", "kind", "about", "month"),
                        name="one_monthly_charge_a_month",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="campaignrates",
                    constraint=models.UniqueConstraint(fields=("owner", "campaign_id"), name="one_rate_per_campaign"),
                ),
                migrations.AddIndex(
                    model_name="bulksend",
                    index=models.Index(fields=["owner", "-id"], name="bulk_sends_by_age"),
                ),
                migrations.AddIndex(
                    model_name="bulksend",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="bulk_sends_due"
                    ),
                ),
                migrations.AddIndex(
                    model_name="alarm",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="alarms_due"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="alarm",
                    constraint=models.UniqueConstraint(fields=("owner", "alarm_name"), name="one_alarm_per_name"),
                ),
                migrations.AddIndex(
                    model_name="activity",
                    index=models.Index(fields=["owner", "-id"], name="activity_by_age"),
                ),
                migrations.AddIndex(
                    model_name="activity",
                    index=models.Index(fields=["owner", "resource", "-id"], name="activity_by_resource"),
                ),
                migrations.AddConstraint(
                    model_name="requestrate",
                    constraint=models.UniqueConstraint(fields=("owner", "action"), name="one_rate_per_action"),
                ),
                migrations.AddConstraint(
                    model_name="senderid",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "sender_id", "iso_country_code"), name="one_sender_id_per_country"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="serviceconnection",
                    constraint=models.UniqueConstraint(fields=("owner", "service"), name="one_connection_per_service"),
                ),
                migrations.AddConstraint(
                    model_name="spend",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "month", "channel"), name="one_spend_per_month"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="statistic",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "span_hours", "start", "channel", "dimension", "value", "outcome"),
                        name="one_statistic_each",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="tag",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "resource_arn", "key"), name="one_value_per_tag_key"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="topicsubscription",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "topic_arn", "endpoint"), name="one_subscription_per_endpoint"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="usageday",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "day", "channel", "iso_country_code", "originator_type"),
                        name="one_usage_a_day",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="verifieddestinationnumber",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "destination_phone_number"), name="one_verification_per_number"
                    ),
                ),
            ]
        ),
    ]
