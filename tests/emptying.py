"""How the database is emptied after a test with real transactions: rows go from the tables that have any, no more.

Django truncates every table instead and then writes content types and permissions anew, which costs more than most of
those tests themselves. Content types and permissions belong to the tables and stay.
"""

from functools import cache

from django.apps import apps
from django.db import connection, transaction

KEPT = frozenset({"django_content_type", "auth_permission"})
# In one round trip. Foreign keys are checked at the commit, so the order does not matter.
ON_POSTGRESQL = """
DO $$ DECLARE name text; filled boolean; BEGIN
  FOREACH name IN ARRAY ARRAY[{names}] LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
  END LOOP;
END $$
"""


@cache
def tables() -> tuple[str, ...]:
    """Every table of a model, those between models included."""
    models = apps.get_models(include_auto_created=True)
    return tuple(sorted({model._meta.db_table for model in models if model._meta.managed} - KEPT))


def empty() -> None:
    """Delete all rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(ON_POSTGRESQL.format(names=", ".join(f"'{name}'" for name in tables())))
            return
        for name in tables():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
