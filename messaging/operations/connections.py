"""Connections of an account's log groups, delivery streams and topics to services outside this installation.

A row of the account decides; without one the settings of the installation do (SWITCHBOARD_CONNECT and its kin).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from messaging import clock, connected, outbound, secrets
from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound
from messaging.models import RegionalAccount, ServiceConnection
from messaging.operations.registry import operation

Service = ServiceConnection.Service
BUILT_IN, ACCOUNT, INSTALLATION = "BUILT_IN", "ACCOUNT", "INSTALLATION"


@dataclass(frozen=True, slots=True)
class Connection:
    """How one service of an account is reached now, and what has decided so: nothing, the account, the installation."""

    service: str
    decided_by: str
    endpoint: connected.Endpoint | None
    row: ServiceConnection | None

    @property
    def label(self) -> str:
        return str(Service(self.service).label)

    @property
    def status(self) -> str:
        return "CONNECTED" if self.endpoint else BUILT_IN


def endpoints_of(owners: Iterable[RegionalAccount]) -> dict[tuple[int, str], connected.Endpoint]:
    """The connected services of some accounts, by (owner's key, service). One query."""
    by_key = {owner.pk: owner for owner in owners}
    rows = {(row.owner_id, row.service): row for row in ServiceConnection.objects.filter(owner_id__in=list(by_key))}
    if not rows and not settings.SWITCHBOARD_CONNECT:
        return {}
    found = {}
    for owner in by_key.values():
        for service in Service.values:
            endpoint = _endpoint(service, owner.region, rows.get((owner.pk, service)))
            if endpoint:
                found[owner.pk, service] = endpoint
    return found


def _endpoint(service: str, region: str, row: ServiceConnection | None) -> connected.Endpoint | None:
    if row is not None:
        return _of_row(row, region) if row.connected else None
    if service not in settings.SWITCHBOARD_CONNECT:
        return None
    return connected.Endpoint(
        service,
        settings.SWITCHBOARD_CONNECT_REGION or region,
        settings.SWITCHBOARD_CONNECT_ACCESS_KEY_ID,
        settings.SWITCHBOARD_CONNECT_SECRET_ACCESS_KEY,
        settings.SWITCHBOARD_CONNECT_ENDPOINT_URL,
    )


def _of_row(row: ServiceConnection, region: str) -> connected.Endpoint:
    """A secret that no key of the installation can read is empty: every request then fails, and says why."""
    try:
        secret = secrets.decrypt(row.secret_encrypted)
    except secrets.Undecipherable:
        secret = ""
    return connected.Endpoint(row.service, row.service_region or region, row.access_key_id, secret, row.endpoint_url)


@operation()
def describe_connections(caller: Caller) -> list[Connection]:
    """Every service with how it is reached now. One query."""
    rows = {row.service: row for row in ServiceConnection.objects.for_caller(caller)}
    return [_described(caller, service, rows.get(service)) for service in Service.values]


def _described(caller: Caller, service: str, row: ServiceConnection | None) -> Connection:
    endpoint = _endpoint(service, caller.region, row)
    decided = ACCOUNT if row else INSTALLATION if endpoint else BUILT_IN
    return Connection(service, decided, endpoint, row)


@operation(resource=lambda row: f"connection/{row.service}", changes_settings=False)
def put_connection(
    caller: Caller,
    *,
    service: str,
    connected: bool = True,
    endpoint_url: str = "",
    service_region: str = "",
    access_key_id: str = "",
    secret_access_key: str = "",
) -> ServiceConnection:
    """Connect a service, or with connected=False keep it built in. Events go there from then on, waiting ones too.

    An empty endpoint_url is the provider's own, an empty service_region the account's; an empty secret_access_key keeps
    the one that is stored. Raises NotFound for an unknown service; Invalid for a URL that cannot be one, an endpoint
    that may not be spoken to, missing credentials.
    """
    if service not in Service.values:
        raise NotFound("connection", service)
    row = ServiceConnection.objects.for_caller(caller).select_for_update().filter(service=service).first()
    row = row or ServiceConnection(owner_id=caller.owner_id, service=service)
    row.connected, row.tested_at, row.test_detail = connected, None, ""
    if connected:
        _check(endpoint_url, access_key_id, bool(secret_access_key or row.secret_encrypted))
        row.endpoint_url, row.service_region, row.access_key_id = endpoint_url, service_region, access_key_id
        if secret_access_key:
            row.secret_encrypted = secrets.encrypt(secret_access_key)
    else:
        row.endpoint_url = row.service_region = row.access_key_id = ""
        row.secret_encrypted = b""
    row.save()
    return row


def _check(endpoint_url: str, access_key_id: str, has_secret: bool) -> None:
    if endpoint_url:
        try:
            outbound.checked_url(endpoint_url)
        except outbound.Undeliverable as error:
            raise Invalid(
                _("Events cannot be sent to this endpoint: %(why)s.") % {"why": error},
                fields={"endpoint_url": _("Give an http or https URL without a user name, or leave it empty.")},
            ) from error
    missing = {"access_key_id": access_key_id, "secret_access_key": has_secret}
    for name, given in missing.items():
        if not given:
            raise Invalid(
                _("Requests to the service are signed, so a connection needs an access key and its secret."),
                reason="MISSING_PARAMETER",
                fields={name: _("Give the credentials that the service knows.")},
            )


@operation(resource=lambda row: f"connection/{row.service}", changes_settings=False)
def delete_connection(caller: Caller, *, service: str) -> ServiceConnection:
    """Forget what the account says of a service, with its secret; the installation decides again. Raises NotFound."""
    row = ServiceConnection.objects.for_caller(caller).filter(service=service).first()
    if row is None:
        raise NotFound("connection", service)
    ServiceConnection.objects.filter(pk=row.pk).delete()
    return row


@operation(resource=lambda found: f"connection/{found.service}", changes_settings=False)
def note_connection_test(caller: Caller, *, service: str, succeeded: bool, detail: str) -> Connection:
    """Keep how a test of a connection ended; run_test makes the test, outside of any transaction."""
    rows = ServiceConnection.objects.for_caller(caller).filter(service=service)
    rows.update(tested_at=clock.now(), test_succeeded=succeeded, test_detail=detail[:500])
    return _described(caller, service, rows.first())


def run_test(caller: Caller, service: str) -> tuple[bool, str]:
    """Ask a connected service something that changes nothing; whether it answered, and what. Some seconds at most.

    Raises NotFound; Conflict for a service that is not connected.
    """
    caller.require("NoteConnectionTest")
    found = next((one for one in describe_connections(caller) if one.service == service), None)
    if found is None:
        raise NotFound("connection", service)
    if found.endpoint is None:
        raise Conflict(_("%(service)s are built in: there is nothing to test.") % {"service": found.label})
    try:
        succeeded, detail = True, connected.test(found.endpoint)
    except connected.Refused as error:
        succeeded, detail = False, str(error)
    note_connection_test(caller, service=service, succeeded=succeeded, detail=detail)
    return succeeded, detail
