"""Field types of our own."""

import json
from typing import Any

from django.db import models


class RecordField(models.JSONField):
    """JSON that comes back with its members in the order they were written, on every database.

    PostgreSQL's jsonb sorts members; its json keeps the text. What is published must have the documented order.
    """

    def db_type(self, connection: Any) -> str | None:
        return "json" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if connection.vendor != "postgresql" or value is None or hasattr(value, "as_sql"):
            return super().get_db_prep_value(value, connection, prepared)
        return json.dumps(value, cls=self.encoder)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return super().from_db_value(value, expression, connection) if isinstance(value, str) else value
