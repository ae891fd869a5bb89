"""HTTP to the outside, for topics. What an account may name as an endpoint must not reach what only this machine may.

Link-local and metadata addresses, multicast and the unspecified address are refused after the name is resolved, and the
connection goes to the address that was checked, so that a name cannot change its mind in between. Redirects are not
followed. SWITCHBOARD_ALLOW_LOCAL_TARGETS lifts the refusal.
"""

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

TIMEOUT_SECONDS = 5.0
DETAIL_LENGTH = 200
METADATA = frozenset(map(ipaddress.ip_address, ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "fd20:ce::254")))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Undeliverable(Exception):
    """The other side could not be reached or may not be; the text says why. slow: it took longer than the time-out."""

    def __init__(self, *args: object, slow: bool = False) -> None:
        super().__init__(*args)
        self.slow = slow


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float = TIMEOUT_SECONDS) -> tuple[int, str]:
    """POST a body and return the status with the first characters of the answer. Raises Undeliverable.

    All of it ends within `timeout` seconds after the name is resolved, also when the answer comes in drops.
    """
    parts = checked_url(url)
    address = resolved(parts)
    connection = _connection(parts, address, timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body=body, headers={"Host": parts.netloc, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read(DETAIL_LENGTH).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise Undeliverable(f"{type(error).__name__}: {error}", slow=isinstance(error, TimeoutError)) from error
    finally:
        connection.close()
        connection.sock_until.really_close()


def checked_url(url: str) -> SplitResult:
    """The parts of an http or https URL with a host and without credentials. Raises Undeliverable."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
        _ = parts.port
    except ValueError as error:
        raise Undeliverable(str(error)) from error
    if not fits or any(ord(character) <= 32 for character in url):
        raise Undeliverable("not an http or https URL")
    return parts


def resolved(parts: SplitResult) -> str:
    """An address of the URL's host that may be spoken to. Raises Undeliverable."""
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or _port(parts), type=socket.SOCK_STREAM)
    except OSError as error:
        raise Undeliverable(f"{parts.hostname}: {error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if forbidden(ipaddress.ip_address(address.split("%")[0])):
            raise Undeliverable(f"{address} is a link-local or metadata address; these are not spoken to")
    return addresses[0]


def forbidden(address: Address) -> bool:
    """Whether an address is out of bounds for what accounts name."""
    if settings.SWITCHBOARD_ALLOW_LOCAL_TARGETS:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    return address in METADATA or address.is_link_local or address.is_multicast or address.is_unspecified


def _port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80


class _Until(io.RawIOBase):
    """A socket as http.client uses one, whose reads must all end by one instant."""

    def __init__(self, plain: socket.socket, end: float) -> None:
        super().__init__()
        self.plain, self.end = plain, end

    def _hurry(self) -> socket.socket:
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self.plain.settimeout(left)
        return self.plain

    def sendall(self, data: bytes) -> None:
        self._hurry().sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._hurry().recv_into(buffer)

    def close(self) -> None:
        """http.client lets go of the socket before it has read the answer; post() closes it."""

    def really_close(self) -> None:
        self.plain.close()


class _Connection(http.client.HTTPConnection):
    sock_until: _Until


def _connection(parts: SplitResult, address: str, timeout: float) -> _Connection:
    """A connection to the checked address that still names the host (Host header, certificate)."""
    port = parts.port or _port(parts)
    connection = _Connection(address, port, timeout=timeout)
    end = time.monotonic() + timeout
    try:
        plain = socket.create_connection((address, port), timeout)
        if parts.scheme == "https":
            plain = ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
    except OSError as error:
        raise Undeliverable(f"{type(error).__name__}: {error}", slow=isinstance(error, TimeoutError)) from error
    connection.sock = connection.sock_until = _Until(plain, end)
    return connection
