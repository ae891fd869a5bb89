"""How sign-in is adapted: nobody signs up, members are added by an administrator."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closed to sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
