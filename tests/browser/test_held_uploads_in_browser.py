"""A file that was uploaded survives a form that is refused, in a real browser without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from messaging.models import MediaFile
from tests.media_samples import png

LONG = "ü" * 600  # more bytes than the key of a file may have

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_file_is_kept_replaced_and_removed_without_scripts(
    owner: Any, open_page: Callable[..., Page], console_url: Callable[..., str]
) -> None:
    tab = open_page(javascript=False, width=390)

    def choose(name: str) -> None:
        tab.get_by_label("File", exact=True).set_input_files({"name": name, "mimeType": "image/png", "buffer": png()})

    def upload(key: str) -> None:
        tab.get_by_label("Key").fill(key)
        tab.locator("form").get_by_role("button", name="Upload file").click()

    def kept() -> str:
        expect(tab.get_by_role("heading", name="There is a problem")).to_be_visible()
        return tab.locator("#id_file_held").inner_text()

    tab.goto(console_url("media/upload/"))
    choose("beach.png")
    upload(LONG)
    assert "beach.png" in kept()
    choose("sea.png")
    upload(LONG)
    assert "sea.png" in kept()
    tab.get_by_label("Remove this file").check()
    upload(LONG)
    expect(tab.locator("#id_file_error")).to_contain_text("This field is required.")
    expect(tab.locator("#id_file_held")).to_have_count(0)
    choose("sun.png")
    upload(LONG)
    assert "sun.png" in kept()
    upload("holiday/sun.png")
    tab.wait_for_url("**/media/files/*/")
    assert MediaFile.objects.get().url == "s3://media/holiday/sun.png"
