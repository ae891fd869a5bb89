"""Settings of the test suite: the product's own, on a throw-away data directory, with fast password hashes.

SQLite tests use a file, not memory, so that the live server's threads and the test see one database; every worker of
pytest-xdist has its own data directory, database and Redis databases (two each: broker and cache).
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
given = os.environ.get("SWITCHBOARD_DATA_DIR")
directory = Path(tempfile.mkdtemp(prefix="switchboard-test-", dir=given if given and Path(given).is_dir() else None))
atexit.register(shutil.rmtree, directory, ignore_errors=True)
os.environ["SWITCHBOARD_DATA_DIR"] = str(directory)
os.environ.setdefault("SWITCHBOARD_SECRET_KEY", "only-for-tests")
if os.environ.get("CELERY_BROKER_URL", "").startswith("redis://"):
    redis_server = os.environ["CELERY_BROKER_URL"].split("://", 1)[1].split("/", 1)[0]
    redis_database = 2 * int(WORKER.removeprefix("gw") or 0)
    os.environ["CELERY_BROKER_URL"] = f"redis://{redis_server}/{redis_database}"

from console.settings import *  # noqa: E402, F403

if not EMBEDDED:  # noqa: F405
    CACHES["default"]["LOCATION"] = f"redis://{redis_server}/{redis_database + 1}"  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": str(directory / "test.sqlite3")}  # noqa: F405
    options = DATABASES["default"]["OPTIONS"]  # noqa: F405
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["*"]
