"""Console facts only: members, access keys, preferences, saved views, replay tokens."""

from console.models.access_keys import AccessKey
from console.models.members import Membership, Preferences
from console.models.replay import ClientToken
from console.models.views import SavedView, TableLayout

__all__ = ["AccessKey", "ClientToken", "Membership", "Preferences", "SavedView", "TableLayout"]
