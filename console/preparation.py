"""What has to be there before serving: tables, static files, the first administrator; cheap when it is there."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection

STAMP = ".collected"


def migrate() -> bool:
    """Bring the database to the newest migration; return whether there was anything to do."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    return True


def static_signature() -> str:
    """A digest of every static file's path, size and time of change."""
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static() -> bool:
    """Collect static files under the data directory unless those there are of the present ones."""
    root = Path(settings.STATIC_ROOT)
    stamp, signature = root / STAMP, static_signature()
    if stamp.is_file() and stamp.read_text() == signature:
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=root.exists(), skip_checks=True)
    stamp.write_text(signature)
    return True
