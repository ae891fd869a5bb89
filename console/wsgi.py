"""The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
application = get_wsgi_application()

# What is loaded by now stays for good: let the collector look through the leavings of requests only, and less often.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
