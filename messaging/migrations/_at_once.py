"""Making all tables of an application as one step.

Django renders every model that hangs together with a new one again, for each model, field and index that is added.
Nearly all of ours hang on the account, so an empty database took ten seconds. Here the models are rendered once.
"""

from collections.abc import Sequence
from typing import Any

from django.db import router
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

TAKEN = (CreateModel, AddField, AddIndex, AddConstraint)


class AtOnce(Operation):
    """What creates models and adds fields, indexes and constraints to them; the tables are made as all that says."""

    def __init__(self, operations: Sequence[Any]) -> None:
        if strange := [operation for operation in operations if not isinstance(operation, TAKEN)]:
            raise TypeError(f"Not part of making tables: {strange}")
        self.operations = operations
        self.made = [operation.name for operation in operations if isinstance(operation, CreateModel)]

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # rendered by an earlier migration; from now on when they are asked for
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for name in self.made:
            if router.allow_migrate(schema_editor.connection.alias, app_label, model_name=name.lower()):
                schema_editor.create_model(to_state.apps.get_model(app_label, name))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for name in reversed(self.made):
            if router.allow_migrate(schema_editor.connection.alias, app_label, model_name=name.lower()):
                schema_editor.delete_model(from_state.apps.get_model(app_label, name))

    def describe(self) -> str:
        """What `migrate --plan` says."""
        return f"Create {len(self.made)} models at once"
