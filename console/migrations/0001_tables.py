"""All tables of the console."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from messaging.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    initial = True
    # What made the same in steps. A database that has only some of them wants the last commit that had them first.
    replaces = [("console", "0001_initial"), ("console", "0002_client_token_age")]

    dependencies = [
        ("messaging", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="AccessKey",
                    fields=[
                        ("access_key_id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                        ("secret_encrypted", models.BinaryField()),
                        ("description", models.CharField(blank=True, max_length=100)),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("VIEWER", "Viewer"),
                                    ("OPERATOR", "Operator"),
                                    ("REVIEWER", "Reviewer"),
                                    ("ADMINISTRATOR", "Administrator"),
                                ],
                                max_length=13,
                            ),
                        ),
                        ("read_only", models.BooleanField(default=False)),
                        ("enabled", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("last_used_at", models.DateTimeField(blank=True, null=True)),
                        ("last_used_region", models.CharField(blank=True, max_length=24)),
                        ("last_used_action", models.CharField(blank=True, max_length=64)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="access_keys",
                                to="messaging.account",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Preferences",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "theme",
                            models.CharField(
                                blank=True,
                                choices=[("", "As the system"), ("light", "Light"), ("dark", "Dark")],
                                default="",
                                max_length=5,
                            ),
                        ),
                        (
                            "density",
                            models.CharField(
                                choices=[("comfortable", "Comfortable"), ("compact", "Compact")],
                                default="comfortable",
                                max_length=11,
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                choices=[("en", "English"), ("id", "Indonesian"), ("es", "Spanish")],
                                max_length=7,
                            ),
                        ),
                        ("time_zone", models.CharField(default="UTC", max_length=64)),
                        ("show_utc", models.BooleanField(default=False)),
                        ("single_key_shortcuts", models.BooleanField(default=True)),
                        ("navigation_collapsed", models.BooleanField(default=False)),
                        ("onboarding_dismissed", models.BooleanField(default=False)),
                        ("must_change_password", models.BooleanField(default=False)),
                        ("last_account", models.CharField(blank=True, max_length=12)),
                        ("last_region", models.CharField(blank=True, max_length=24)),
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="preferences",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ClientToken",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("action", models.CharField(max_length=64)),
                        ("token", models.CharField(max_length=64)),
                        ("request_hash", models.CharField(max_length=64)),
                        ("response", models.JSONField()),
                        ("created_at", models.DateTimeField(auto_now_add=True, db_index=True)),
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
                        "constraints": [
                            models.UniqueConstraint(fields=("owner", "action", "token"), name="one_answer_per_token")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("VIEWER", "Viewer"),
                                    ("OPERATOR", "Operator"),
                                    ("REVIEWER", "Reviewer"),
                                    ("ADMINISTRATOR", "Administrator"),
                                ],
                                max_length=13,
                            ),
                        ),
                        ("added_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="messaging.account",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "account"), name="one_role_per_account")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("list_name", models.CharField(max_length=40)),
                        ("name", models.CharField(max_length=60)),
                        ("query", models.CharField(blank=True, max_length=2000)),
                        ("shared", models.BooleanField(default=False)),
                        ("is_default", models.BooleanField(default=False)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.account"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("account", "user", "list_name", "name"), name="one_view_per_name"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_default", True)),
                                fields=("account", "user", "list_name"),
                                name="one_default_view",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TableLayout",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("list_name", models.CharField(max_length=40)),
                        ("columns", models.JSONField(default=list)),
                        ("page_size", models.PositiveSmallIntegerField(default=25)),
                        ("wrap_lines", models.BooleanField(default=False)),
                        ("sticky_first", models.BooleanField(default=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "list_name"), name="one_layout_per_list")
                        ],
                    },
                ),
            ]
        ),
    ]
