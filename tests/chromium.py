"""The system's Chromium, for the browser tests and the screenshots; nothing is downloaded."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# The headless shell is the same engine without the windows of a desktop, so it is sought first.
NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
)  # fmt: skip
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
)
MISSING = (
    "No Chromium was found. Install one (Debian and Ubuntu: apt-get install chromium) "
    "or name its program in SWITCHBOARD_CHROMIUM."
)


class NoChromium(Exception):
    """The machine has no Chromium; the message says what to do."""


def executable() -> str:
    """The path of the program: SWITCHBOARD_CHROMIUM, or the first of NAMES on the PATH. Raises NoChromium."""
    given = os.environ.get("SWITCHBOARD_CHROMIUM", "")
    candidates = [given] if given else list(NAMES)
    for name in candidates:
        found = shutil.which(name)
        if found:
            return found
    raise NoChromium(f"SWITCHBOARD_CHROMIUM={given!r} is no program that can be run." if given else MISSING)


@contextmanager
def running() -> Iterator[Browser]:
    """A headless Chromium, closed at the end of the block."""
    # The synchronous driver keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable(), args=list(FLAGS), headless=True)
        try:
            yield browser
        finally:
            browser.close()


def install() -> str:
    """The path of the program, installed from Debian's packages first where there is none and this user may."""
    try:
        return executable()
    except NoChromium:
        apt = shutil.which("apt-get")
        if apt is None or os.geteuid() != 0 or os.environ.get("SWITCHBOARD_CHROMIUM"):
            raise
    print("No Chromium here: installing Debian's package …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([apt, "update", "-qq"], env=quiet, stdin=subprocess.DEVNULL, check=True)
    command = [apt, "install", "-y", "-qq", "--no-install-recommends", "fonts-dejavu-core"]
    for package in NAMES[:2]:  # not every release has the first
        done = subprocess.run([*command, package], env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        if done.returncode == 0:
            break
    return executable()


if __name__ == "__main__":
    try:
        print("Browser tests use", install() if "--install" in sys.argv else executable())
    except (NoChromium, subprocess.CalledProcessError) as problem:
        sys.exit(f"{problem}\n{MISSING}" if isinstance(problem, subprocess.CalledProcessError) else str(problem))
