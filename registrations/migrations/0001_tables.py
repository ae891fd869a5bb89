"""All tables of registrations."""

import django.db.models.deletion
from django.db import migrations, models

import messaging.clock
from messaging.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    initial = True
    # What made the same in steps. A database that has only some of them wants the last commit that had them first.
    replaces = [
        ("registrations", "0001_registrations"),
        ("registrations", "0002_review_settings_and_fetched_attachments"),
        ("registrations", "0003_country_of_associations"),
        ("registrations", "0004_support_cases"),
    ]

    dependencies = [
        ("messaging", "0001_tables"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="Registration",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("registration_id", models.CharField(max_length=64, unique=True)),
                        ("registration_type", models.CharField(max_length=64)),
                        (
                            "registration_status",
                            models.CharField(
                                choices=[
                                    ("CREATED", "Created"),
                                    ("SUBMITTED", "Submitted"),
                                    ("AWS_REVIEWING", "AWS reviewing"),
                                    ("REVIEWING", "Reviewing"),
                                    ("REQUIRES_AUTHENTICATION", "Requires authentication"),
                                    ("PROVISIONING", "Provisioning"),
                                    ("COMPLETE", "Complete"),
                                    ("REQUIRES_UPDATES", "Requires updates"),
                                    ("CLOSED", "Closed"),
                                    ("DELETED", "Deleted"),
                                ],
                                default="CREATED",
                                max_length=24,
                            ),
                        ),
                        ("current_version_number", models.PositiveIntegerField(default=1)),
                        ("approved_version_number", models.PositiveIntegerField(blank=True, null=True)),
                        ("latest_denied_version_number", models.PositiveIntegerField(blank=True, null=True)),
                        ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("message_parts_per_minute", models.PositiveIntegerField(blank=True, null=True)),
                        ("messages_per_day", models.PositiveIntegerField(blank=True, null=True)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("claim", models.UUIDField(blank=True, null=True)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
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
                    name="RegistrationAssociation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("resource_type", models.CharField(max_length=32)),
                        ("iso_country_code", models.CharField(blank=True, max_length=2)),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("created_by", models.CharField(blank=True, max_length=160)),
                        (
                            "other",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="associated_from",
                                to="registrations.registration",
                            ),
                        ),
                        (
                            "phone_number",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="registrations",
                                to="messaging.phonenumber",
                            ),
                        ),
                        (
                            "registration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="associations",
                                to="registrations.registration",
                            ),
                        ),
                        (
                            "sender_id",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="registrations",
                                to="messaging.senderid",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="RegistrationAttachment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("registration_attachment_id", models.CharField(max_length=64, unique=True)),
                        (
                            "attachment_status",
                            models.CharField(
                                choices=[
                                    ("UPLOAD_IN_PROGRESS", "Upload in progress"),
                                    ("UPLOAD_COMPLETE", "Upload complete"),
                                    ("UPLOAD_FAILED", "Upload failed"),
                                    ("DELETED", "Deleted"),
                                ],
                                default="UPLOAD_IN_PROGRESS",
                                max_length=18,
                            ),
                        ),
                        ("attachment_upload_error_reason", models.CharField(blank=True, max_length=32)),
                        ("failure", models.TextField(blank=True, help_text="Why the upload failed, for people.")),
                        ("attachment_url", models.CharField(blank=True, max_length=2048)),
                        ("file_name", models.CharField(blank=True, max_length=255)),
                        ("media_type", models.CharField(blank=True, max_length=64)),
                        ("size", models.PositiveIntegerField(default=0, help_text="Bytes.")),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("stored_as", models.CharField(blank=True, max_length=255)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        (
                            "due_at",
                            models.DateTimeField(blank=True, help_text="When a file elsewhere is fetched.", null=True),
                        ),
                        ("claim", models.UUIDField(blank=True, null=True)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
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
                    name="RegistrationVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version_number", models.PositiveIntegerField()),
                        (
                            "registration_version_status",
                            models.CharField(
                                choices=[
                                    ("DRAFT", "Draft"),
                                    ("SUBMITTED", "Submitted"),
                                    ("AWS_REVIEWING", "AWS reviewing"),
                                    ("REVIEWING", "Reviewing"),
                                    ("REQUIRES_AUTHENTICATION", "Requires authentication"),
                                    ("REQUIRES_OFFLINE_REVIEW", "Requires offline review"),
                                    ("APPROVED", "Approved"),
                                    ("DENIED", "Denied"),
                                    ("DISCARDED", "Discarded"),
                                    ("REVOKED", "Revoked"),
                                    ("ARCHIVED", "Archived"),
                                ],
                                default="DRAFT",
                                max_length=24,
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("definition_version", models.CharField(blank=True, max_length=32)),
                        ("aws_review", models.BooleanField(default=False)),
                        ("submitted_at", models.DateTimeField(blank=True, null=True)),
                        ("submitted_by", models.CharField(blank=True, max_length=160)),
                        ("edited_by", models.CharField(blank=True, max_length=160)),
                        ("edited_at", models.DateTimeField(blank=True, null=True)),
                        ("edits", models.PositiveIntegerField(default=0)),
                        ("expected_at", models.DateTimeField(blank=True, null=True)),
                        ("feedback", models.TextField(blank=True)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("claim", models.UUIDField(blank=True, null=True)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
                        (
                            "registration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="registrations.registration",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="RegistrationFieldValue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("field_path", models.CharField(max_length=100)),
                        ("text_value", models.TextField(blank=True)),
                        ("select_choices", models.JSONField(blank=True, default=list)),
                        ("revision", models.PositiveIntegerField(default=1)),
                        ("edited_at", models.DateTimeField(default=messaging.clock.now)),
                        ("edited_by", models.CharField(blank=True, max_length=160)),
                        (
                            "attachment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uses",
                                to="registrations.registrationattachment",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="values",
                                to="registrations.registrationversion",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[("APPROVED", "Approved"), ("DENIED", "Returned"), ("REVOKED", "Revoked")],
                                max_length=8,
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("MANUAL", "By hand"),
                                    ("AUTOMATIC", "Automatic after the documented wait"),
                                    ("SCRIPTED", "Scripted"),
                                ],
                                default="MANUAL",
                                max_length=9,
                            ),
                        ),
                        ("reviewer", models.CharField(max_length=160)),
                        ("at", models.DateTimeField(default=messaging.clock.now)),
                        ("feedback", models.TextField(blank=True)),
                        ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("four_eyes", models.BooleanField(default=True)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="decisions",
                                to="registrations.registrationversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewClaim",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reviewer", models.CharField(max_length=160)),
                        ("claimed_at", models.DateTimeField()),
                        ("held_until", models.DateTimeField()),
                        (
                            "version",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="review_claim",
                                to="registrations.registrationversion",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ReviewDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reviewer", models.CharField(max_length=160)),
                        ("verdicts", models.JSONField(default=dict)),
                        ("feedback", models.TextField(blank=True)),
                        ("saved_at", models.DateTimeField(default=messaging.clock.now)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="drafts",
                                to="registrations.registrationversion",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ReviewerPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("registration_type", models.CharField(max_length=64)),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("MANUAL", "By hand"),
                                    ("AUTOMATIC", "Automatic after the documented wait"),
                                    ("SCRIPTED", "Scripted"),
                                ],
                                default="AUTOMATIC",
                                max_length=9,
                            ),
                        ),
                        ("wait_seconds", models.PositiveIntegerField(blank=True, null=True)),
                        ("script", models.JSONField(blank=True, default=list)),
                        ("score", models.PositiveSmallIntegerField(default=80)),
                        ("changed_at", models.DateTimeField(default=messaging.clock.now)),
                        ("changed_by", models.CharField(blank=True, max_length=160)),
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
                    name="ReviewSettings",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("four_eyes", models.BooleanField(blank=True, null=True)),
                        ("changed_at", models.DateTimeField(default=messaging.clock.now)),
                        ("changed_by", models.CharField(blank=True, max_length=160)),
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
                    name="SupportCase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_timestamp", models.DateTimeField(default=messaging.clock.now)),
                        ("case_id", models.CharField(max_length=64, unique=True)),
                        ("flow", models.CharField(max_length=64)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("OPEN", "Open"),
                                    ("PENDING_CUSTOMER_ACTION", "Waiting for the submitter"),
                                    ("APPROVED", "Approved"),
                                    ("REFUSED", "Refused"),
                                    ("WITHDRAWN", "Withdrawn"),
                                ],
                                default="OPEN",
                                max_length=23,
                            ),
                        ),
                        ("answers", models.JSONField(default=dict)),
                        ("requests", models.JSONField(default=list)),
                        ("contact_language", models.CharField(default="English", max_length=16)),
                        ("opened_by", models.CharField(max_length=160)),
                        ("last_by", models.CharField(max_length=160)),
                        ("updated_at", models.DateTimeField(default=messaging.clock.now)),
                        ("waiting_since", models.DateTimeField(default=messaging.clock.now)),
                        ("expected_at", models.DateTimeField(blank=True, null=True)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("decided_by", models.CharField(blank=True, max_length=160)),
                        (
                            "decided_how",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("MANUAL", "By hand"),
                                    ("AUTOMATIC", "Automatic after the documented wait"),
                                    ("SCRIPTED", "Scripted"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("four_eyes", models.BooleanField(default=True)),
                        ("granted", models.JSONField(blank=True, default=list)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("claim", models.UUIDField(blank=True, null=True)),
                        ("claimed_until", models.DateTimeField(blank=True, null=True)),
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
                    name="SupportCaseMessage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("by_reviewer", models.BooleanField(default=False)),
                        ("author", models.CharField(max_length=160)),
                        ("at", models.DateTimeField(default=messaging.clock.now)),
                        ("body", models.TextField(blank=True)),
                        (
                            "attachments",
                            models.ManyToManyField(
                                blank=True, related_name="case_messages", to="registrations.registrationattachment"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="registrations.supportcase",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="VersionStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("DRAFT", "Draft"),
                                    ("SUBMITTED", "Submitted"),
                                    ("AWS_REVIEWING", "AWS reviewing"),
                                    ("REVIEWING", "Reviewing"),
                                    ("REQUIRES_AUTHENTICATION", "Requires authentication"),
                                    ("REQUIRES_OFFLINE_REVIEW", "Requires offline review"),
                                    ("APPROVED", "Approved"),
                                    ("DENIED", "Denied"),
                                    ("DISCARDED", "Discarded"),
                                    ("REVOKED", "Revoked"),
                                    ("ARCHIVED", "Archived"),
                                ],
                                max_length=24,
                            ),
                        ),
                        (
                            "registration_status",
                            models.CharField(
                                choices=[
                                    ("CREATED", "Created"),
                                    ("SUBMITTED", "Submitted"),
                                    ("AWS_REVIEWING", "AWS reviewing"),
                                    ("REVIEWING", "Reviewing"),
                                    ("REQUIRES_AUTHENTICATION", "Requires authentication"),
                                    ("PROVISIONING", "Provisioning"),
                                    ("COMPLETE", "Complete"),
                                    ("REQUIRES_UPDATES", "Requires updates"),
                                    ("CLOSED", "Closed"),
                                    ("DELETED", "Deleted"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("at", models.DateTimeField(default=messaging.clock.now)),
                        ("actor", models.CharField(max_length=160)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="registrations.registrationversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="FieldVerdict",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("field_path", models.CharField(blank=True, max_length=100)),
                        ("accepted", models.BooleanField()),
                        ("reason", models.CharField(blank=True, max_length=64)),
                        ("note", models.TextField(blank=True)),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="verdicts",
                                to="registrations.decision",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("decision", "field_path"), name="one_verdict_per_field")
                        ],
                    },
                ),
                migrations.AddIndex(
                    model_name="registration",
                    index=models.Index(fields=["owner", "-created_timestamp", "id"], name="registrations_by_age"),
                ),
                migrations.AddIndex(
                    model_name="registration",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="registrations_due"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="registrationassociation",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("phone_number__isnull", False)),
                        fields=("phone_number",),
                        name="one_registration_per_number",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="registrationassociation",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("sender_id__isnull", False)),
                        fields=("registration", "sender_id"),
                        name="one_association_per_sender_id",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="registrationassociation",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("other__isnull", False)),
                        fields=("registration", "other"),
                        name="one_association_per_other",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="registrationassociation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("other__isnull", True), ("phone_number__isnull", False), ("sender_id__isnull", True)
                            ),
                            models.Q(
                                ("other__isnull", True), ("phone_number__isnull", True), ("sender_id__isnull", False)
                            ),
                            models.Q(
                                ("other__isnull", False), ("phone_number__isnull", True), ("sender_id__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="association_with_one_resource",
                    ),
                ),
                migrations.AddIndex(
                    model_name="registrationattachment",
                    index=models.Index(fields=["owner", "-created_timestamp", "id"], name="attachments_by_age"),
                ),
                migrations.AddIndex(
                    model_name="registrationattachment",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="attachments_due"
                    ),
                ),
                migrations.AddIndex(
                    model_name="registrationversion",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="versions_due"
                    ),
                ),
                migrations.AddIndex(
                    model_name="registrationversion",
                    index=models.Index(
                        fields=["registration_version_status", "submitted_at"], name="versions_in_queue"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="registrationversion",
                    constraint=models.UniqueConstraint(
                        fields=("registration", "version_number"), name="one_version_per_number"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="registrationversion",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "registration_version_status__in",
                                [
                                    "DRAFT",
                                    "SUBMITTED",
                                    "AWS_REVIEWING",
                                    "REVIEWING",
                                    "REQUIRES_AUTHENTICATION",
                                    "REQUIRES_OFFLINE_REVIEW",
                                ],
                            )
                        ),
                        fields=("registration",),
                        name="one_open_version",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="registrationfieldvalue",
                    constraint=models.UniqueConstraint(fields=("version", "field_path"), name="one_value_per_field"),
                ),
                migrations.AddIndex(
                    model_name="decision",
                    index=models.Index(fields=["outcome", "at"], name="decisions_by_time"),
                ),
                migrations.AddConstraint(
                    model_name="reviewdraft",
                    constraint=models.UniqueConstraint(fields=("version", "reviewer"), name="one_draft_per_reviewer"),
                ),
                migrations.AddConstraint(
                    model_name="reviewerpolicy",
                    constraint=models.UniqueConstraint(
                        fields=("owner", "registration_type"), name="one_policy_per_type"
                    ),
                ),
                migrations.AddIndex(
                    model_name="supportcase",
                    index=models.Index(fields=["owner", "-created_timestamp", "id"], name="support_cases_by_age"),
                ),
                migrations.AddIndex(
                    model_name="supportcase",
                    index=models.Index(fields=["owner", "status", "waiting_since"], name="support_cases_in_queue"),
                ),
                migrations.AddIndex(
                    model_name="supportcase",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="support_cases_due"
                    ),
                ),
            ]
        ),
    ]
