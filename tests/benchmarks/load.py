"""A small HTTP client that keeps its connections busy with prepared requests, in a process of its own.

`python -m tests.benchmarks.load <file>`: the file holds pickled (host, port, connections, [request bytes, …]); printed
is JSON: the seconds it took, the latency of each answer in seconds, how many answers were not 200 and the last of them.
"""

import json
import pickle
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.measure import percentile


@dataclass
class Line:
    """One connection and the answer it is waiting for."""

    address: tuple[str, int]
    connection: socket.socket | None = None
    began: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        if self.connection is None:
            self.connection = socket.create_connection(self.address, timeout=30)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received.clear()
        self.began = time.perf_counter()
        self.connection.sendall(request)

    def answer(self) -> tuple[int, bool] | None:
        """Status and whether the server closes, once the answer is whole."""
        assert self.connection
        piece = self.connection.recv(262_144)
        self.received += piece
        head_end = self.received.find(b"\r\n\r\n")
        if head_end < 0:
            return (0, True) if not piece else None
        head = bytes(self.received[:head_end]).lower()
        closes = b"connection: close" in head or head.startswith(b"http/1.0")
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
        if length:
            whole = len(self.received) >= head_end + 4 + int(length)
        elif b"chunked" in head:
            whole = self.received.endswith(b"0\r\n\r\n")
        else:
            whole, closes = not piece, True
        return (int(head.split(b" ", 2)[1]), closes) if whole else None

    def close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None


def run(host: str, port: int, connections: int, requests: Sequence[bytes]) -> dict[str, object]:
    """Send every request once, `connections` at a time."""
    waiting, latencies, refused, refusal = iter(requests), [], 0, ""
    selector = selectors.DefaultSelector()
    lines = [Line((host, port)) for _ in range(connections)]

    def following(line: Line) -> bool:
        request = next(waiting, None)
        if request is None:
            return False
        fresh = line.connection is None
        line.send(request)
        if fresh:
            selector.register(line.connection, selectors.EVENT_READ, line)  # type: ignore[arg-type]
        return True

    began = time.perf_counter()
    busy = sum(following(line) for line in lines)
    while busy:
        for key, _events in selector.select():
            line: Line = key.data
            said = line.answer()
            if said is None:
                continue
            latencies.append(time.perf_counter() - line.began)
            if said[0] != 200:
                refused, refusal = refused + 1, bytes(line.received[:600]).decode(errors="replace")
            if said[1]:
                selector.unregister(key.fileobj)
                line.close()
            busy -= not following(line)
    seconds = time.perf_counter() - began
    for line in lines:
        line.close()
    return {"seconds": seconds, "latencies": latencies, "refused": refused, "refusal": refusal}


@dataclass(frozen=True, slots=True)
class Load:
    """What a run measured."""

    per_second: float
    p50: float
    p99: float


class Refused(Exception):
    """Answers were not 200, so the figures mean nothing."""


def drive(port: int, requests: Sequence[bytes], *, connections: int = 8) -> Load:
    """Run the client in another process and read its figures. Raises Refused."""
    with tempfile.NamedTemporaryFile() as file:
        pickle.dump(("127.0.0.1", port, connections, list(requests)), file)
        file.flush()
        command = [sys.executable, "-m", "tests.benchmarks.load", file.name]
        printed = subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout
    measured = json.loads(printed)
    if measured["refused"]:
        raise Refused(
            f"{measured['refused']} of {len(requests)} answers were not 200, the last:\n{measured['refusal']}"
        )
    latencies = sorted(measured["latencies"])
    return Load(len(requests) / measured["seconds"], percentile(latencies, 0.5), percentile(latencies, 0.99))


if __name__ == "__main__":
    print(json.dumps(run(*pickle.loads(Path(sys.argv[1]).read_bytes()))))
