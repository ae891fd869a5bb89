"""`make screenshots`: the pictures of the README, from a demo account, and their place in the README.

Run it after a change that people see. Pictures lie in .screenshots/ and are not served.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests import chromium
from tests.installation import ACCOUNT, PASSWORD, REGION, USER, Installation

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / ".screenshots"
MESSAGES = 20_000
BEGIN, END = "<!-- pictures: begin -->", "<!-- pictures: end -->"
TEXT = "Your parcel arrives between 9 and 12. Track it: https://example.org/t/4711 – reply STOP to end."


def _nothing(tab: Page) -> None:
    """The page as it opens."""


def _type_message(tab: Page) -> None:
    """The parts are counted while the text is typed; the dash makes it UCS-2."""
    tab.locator("textarea[name=message_body]").press_sequentially(TEXT, delay=2)
    tab.locator("#preview", has_text="UCS-2").wait_for()


def _first_row(tab: Page) -> None:
    """Open the first row of a list."""
    tab.locator("tbody th a, tbody td a").first.click()
    tab.wait_for_load_state("networkidle")


def _country_rules(tab: Page) -> None:
    """Open the first configuration, and there the map of its countries."""
    _first_row(tab)
    tab.get_by_role("link", name="Country rules", exact=True).first.click()
    tab.locator(".protect-map").first.wait_for()


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: where, what is done there first, how wide and in which theme."""

    name: str
    caption: str
    path: str
    act: Callable[[Page], None] = _nothing
    theme: str = "light"
    width: int = 1280
    height: int = 800


PICTURES = (
    Picture("overview", "The account at a glance", ""),
    Picture("message-parts", "Message parts, counted while you type", "message-parts/", _type_message),
    Picture("messages", "Messages, in the dark theme", "messages/", theme="dark"),
    Picture("message", "One message, its timeline and its events", "messages/", _first_row),
    Picture("protect", "Country rules of a protect configuration", "protect-configurations/", _country_rules),
    Picture("statistics", "What became of messages", "statistics/"),
    Picture("registration", "What can be registered, with fees and waiting times", "registrations/create/"),
    Picture("handset", "A virtual handset", "handsets/?q=%2B44", _first_row, width=390, height=844),
)


def sign_in(tab: Page, address: str) -> None:
    """As the demo's administrator."""
    tab.goto(f"{address}/user/login/")
    tab.locator("input[name=login]").fill(USER)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.locator("input[name=password]").press("Enter")
    tab.wait_for_url(lambda url: "/user/login/" not in url)


def take(here: Installation) -> None:
    """Every picture, each in a fresh profile."""
    PLACE.mkdir(exist_ok=True)
    with chromium.running() as browser:
        for picture in PICTURES:
            context = browser.new_context(
                color_scheme=picture.theme,  # type: ignore[arg-type]
                locale="en-US",
                timezone_id="UTC",
                reduced_motion="reduce",
                viewport={"width": picture.width, "height": picture.height},
            )
            tab = context.new_page()
            sign_in(tab, here.url)
            answer = tab.goto(f"{here.url}/{ACCOUNT}/{REGION}/{picture.path}")
            if answer is None or answer.status != 200:
                raise SystemExit(f"{picture.name}: {picture.path} answers {answer and answer.status}")
            tab.wait_for_load_state("networkidle")
            picture.act(tab)
            tab.screenshot(path=PLACE / f"{picture.name}.png")
            context.close()
            print(picture.name, flush=True)


def place() -> None:
    """Write the pictures' links between the marks in the README."""
    readme = ROOT / "README.md"
    links = "\n".join(f"![{picture.caption}](.screenshots/{picture.name}.png)" for picture in PICTURES)
    text = readme.read_text(encoding="utf-8")
    marked = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    readme.write_text(marked.sub(f"{BEGIN}\n{links}\n{END}", text), encoding="utf-8")


def main() -> int:
    with Installation() as here:
        here.manage("seed_demo", "--messages", str(MESSAGES))
        here.up()
        take(here)
    place()
    return 0


if __name__ == "__main__":
    sys.exit(main())
