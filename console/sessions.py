"""Sessions in the database, as Django keeps them; every page reads one, so the query is compiled once."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from messaging.prepared import Prepared

_BY_KEY = Prepared(lambda key: DatabaseStore.get_model_class().objects.filter(session_key=key), "?key")


class SessionStore(DatabaseStore):
    """Ending a session, here or in another process, counts from the next request on: nothing is remembered."""

    def _get_session_from_db(self) -> Any:
        key = self.session_key
        found = _BY_KEY.first(key) if key and "\0" not in key else None
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        return found
