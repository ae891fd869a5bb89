"""What the frame of every page needs."""

from typing import Any

from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {}
