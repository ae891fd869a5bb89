"""The WSGI application."""

import gc
import os
import sys
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from console.wire.middleware import WireApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")


def _application() -> "WireApplication":
    pages = get_wsgi_application()
    from console.wire.middleware import WireApplication  # needs the apps, which are loaded by now

    return WireApplication(pages)


application = _application()

# What is loaded by now stays for good: let the collector look through the leavings of requests only, and less often.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)

# A thread that comes back from a commit holds the line of writers (messaging/transactions.py) and must not wait long
# for the interpreter: with the usual 5 ms between switches every other request would go first.
sys.setswitchinterval(0.0005)
