"""URLs: every module of console.views declares its own, `urlpatterns` for the whole site and `scoped_urlpatterns`
for pages below /{account}/{region}/, whose views get neither: the middleware turns both into request.caller.
"""

import importlib
import pkgutil

from django.urls import URLPattern, URLResolver, include, path, register_converter

from console import views


class AccountId:
    """Twelve digits."""

    regex = r"\d{12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(AccountId, "account")

site: list[URLPattern | URLResolver] = []
scoped: list[URLPattern | URLResolver] = []
for module in sorted(pkgutil.iter_modules(views.__path__), key=lambda found: found.name):
    area = importlib.import_module(f"{views.__name__}.{module.name}")
    site += getattr(area, "urlpatterns", [])
    scoped += getattr(area, "scoped_urlpatterns", [])

urlpatterns = [*site, path("<account:account>/<slug:region>/", include(scoped))]
handler400 = "console.views.errors.bad_request"
handler403 = "console.views.errors.forbidden"
handler404 = "console.views.errors.not_found"
handler429 = "console.views.account.too_many"
handler500 = "console.views.errors.server_error"
