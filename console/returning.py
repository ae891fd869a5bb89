"""Going to make something that a form lacks, and coming back to the form with its input kept."""

from django.core import signing
from django.http import HttpRequest

SALT = "console.return"


def signed(path: str) -> str:
    """A path of this console as the value of `?return=`."""
    return signing.dumps(path, salt=SALT)


def return_path(request: HttpRequest) -> str:
    """The path that `return` in the query or form names, or nothing when it is missing or not ours."""
    given = request.POST.get("return") or request.GET.get("return") or ""
    try:
        path = signing.loads(given, salt=SALT, max_age=24 * 3600) if given else ""
    except signing.BadSignature:
        return ""
    return str(path)


def extended(path: str, name: str, value: str) -> str:
    """A path with one more parameter in its query string."""
    from urllib.parse import urlencode

    return f"{path}{'&' if '?' in path else '?'}{urlencode({name: value})}"
