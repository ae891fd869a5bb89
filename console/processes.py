"""Child processes of `manage.py up`: forked, so that what is imported is not imported again; restarted when they die;
and dead when their parent is, however that died, so that the port is free again.
"""

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connections

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # linux/prctl.h
WATCH_SECONDS = 0.5
STOP_SECONDS = 10.0
HEARD = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}
RESTART_SECONDS = (0.0, 0.2, 1.0, 3.0, 5.0)  # waits before the first restart in a row, the second …
STEADY_SECONDS = 10.0  # who has run so long starts with a clean record


def die_with_parent(parent: int | None = None, name: str = "") -> None:
    """Be killed when the parent process dies: by the kernel where it can, by a watching thread elsewhere."""
    parent = os.getppid() if parent is None else parent
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if name:
            prctl(PR_SET_NAME, name.encode()[:15], 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)


@dataclass(slots=True)
class Child:
    """One process that is kept running. main runs in the fork and returns when asked to stop by SIGTERM."""

    name: str
    main: Callable[[], None]
    pid: int = 0
    started: float = 0.0
    deaths: int = 0
    restart_at: float = field(default=float("inf"))

    def start(self) -> None:
        connections.close_all()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self.pid, self.started, self.restart_at = os.fork(), time.monotonic(), float("inf")
        if not self.pid:
            self._run(parent)

    def _run(self, parent: int) -> None:
        code = 1
        try:
            die_with_parent(parent, self.name)
            os.setpgid(0, 0)  # Ctrl-C reaches the parent alone, which stops the children in order
            signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
            self.main()
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def died(self) -> float:
        """Note that the process has ended; return how long to wait before the next start, in seconds."""
        self.deaths = 0 if time.monotonic() - self.started > STEADY_SECONDS else self.deaths
        wait = RESTART_SECONDS[min(self.deaths, len(RESTART_SECONDS) - 1)]
        self.pid, self.deaths, self.restart_at = 0, self.deaths + 1, time.monotonic() + wait
        return wait

    def signal(self, number: int) -> None:
        if self.pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)


class Supervisor:
    """Starts children, restarts those that die, and stops all of them when it is told to stop."""

    def __init__(self, children: list[Child], say: Callable[[str], None]) -> None:
        self.children = children
        self.say = say

    def start(self) -> None:
        """Start all; from here on signals are waited for and not delivered."""
        signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
        for child in self.children:
            child.start()

    def run(self) -> None:
        """Keep the children running until SIGTERM, SIGINT or SIGHUP; then stop them."""
        try:
            while not self._told_to_stop():
                self._bury()
                for child in self.children:
                    if child.restart_at <= time.monotonic():
                        child.start()
        finally:
            self.stop()

    def _told_to_stop(self) -> bool:
        pending = min((child.restart_at for child in self.children), default=float("inf")) - time.monotonic()
        heard = signal.sigtimedwait(HEARD, max(0.0, min(pending, 1.0)))
        return heard is not None and heard.si_signo != signal.SIGCHLD

    def alive(self) -> bool:
        """Whether every child runs; notes those that have ended."""
        self._bury()
        return all(child.pid for child in self.children)

    def _bury(self) -> None:
        for child in self.children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                wait = child.died()
                self.say(f"The {child.name} process ended; it is started again in {wait:g} s.")

    def stop(self) -> None:
        """SIGTERM to all, and SIGKILL to whoever has not ended ten seconds later."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        limit = time.monotonic() + STOP_SECONDS
        for child in self.children:
            while child.pid and not os.waitpid(child.pid, os.WNOHANG)[0]:
                if time.monotonic() > limit:
                    child.signal(signal.SIGKILL)
                signal.sigtimedwait({signal.SIGCHLD}, 0.1)
            child.pid = 0
