"""Settings of the floors: the product's server and database, none of its code."""

from console.settings import *  # noqa: F403

MIDDLEWARE: list[str] = []
INSTALLED_APPS: list[str] = []
ROOT_URLCONF = "tests.benchmarks.floor"
