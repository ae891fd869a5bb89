"""Who a session belongs to, read together with that person's preferences."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model

from messaging.prepared import Prepared

_WITH_PREFERENCES = Prepared(
    lambda pk: get_user_model()._default_manager.select_related("preferences").filter(pk=pk), -7
)


class SignInBackend(AuthenticationBackend):
    """User name and password; every request reads the user and the preferences in one query."""

    def get_user(self, user_id: Any) -> Any:
        user = _WITH_PREFERENCES.first(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
