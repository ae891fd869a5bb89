"""What every HTML answer must hold, checked by the client fixture on each page and fragment that a test fetches.

House style: a title, one h1, unique ids, a name for every control, nothing inline that the content-security policy
would refuse, a CSRF token in every form that posts (pages work without scripts).
"""

from collections import Counter
from html.parser import HTMLParser

UNNAMED_INPUTS = {"hidden", "submit", "button", "reset", "image"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
REFERENCES = ("aria-labelledby", "aria-describedby")


class _Reader(HTMLParser):
    """Collects what the checks need in one pass."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.labelled: set[str] = set()
        self.controls: list[tuple[str, dict[str, str]]] = []
        self.references: list[tuple[str, str]] = []
        self.posting_forms: list[bool] = []
        self.problems: list[str] = []
        self.headings = 0
        self.title = ""
        self.language = ""
        self.whole_page = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        self._identity(tag, attributes)
        self._inline(tag, attributes)
        self._control(tag, attributes)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass
        if tag == "form" and self.posting_forms and not self.posting_forms.pop():
            self.problems.append("a form that posts has no CSRF token")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data.strip()

    def _identity(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "html":
            self.whole_page, self.language = True, attributes.get("lang", "")
        if tag == "h1":
            self.headings += 1
        if attributes.get("id"):
            self.ids[attributes["id"]] += 1
        if tag == "label" and attributes.get("for"):
            self.labelled.add(attributes["for"])
            self.references.append((f"<label for> {attributes['for']}", attributes["for"]))
        for name in REFERENCES:
            self.references += [(f"<{tag} {name}> {id_}", id_) for id_ in attributes.get(name, "").split()]
        if tag == "img" and "alt" not in attributes:
            self.problems.append(f"an image has no alt text: {attributes.get('src')}")

    def _inline(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style" or "style" in attributes:
            self.problems.append(f"<{tag}> has an inline style")
        if tag == "script" and "src" not in attributes and "json" not in attributes.get("type", ""):
            self.problems.append("a script is inline")
        handlers = [name for name in attributes if name.startswith(("on", "hx-on", "data-hx-on"))]
        if handlers:
            self.problems.append(f"<{tag}> has inline handlers: {', '.join(handlers)}")
        target = attributes.get("href", "elsewhere").strip().lower()
        if tag == "a" and (target in ("", "#") or target.startswith("javascript:")):
            self.problems.append(f"a link goes nowhere: href={target!r}")

    def _control(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "form":
            self.posting_forms.append(attributes.get("method", "get").lower() != "post")
        if tag == "input" and attributes.get("name") == "csrfmiddlewaretoken" and self.posting_forms:
            self.posting_forms[-1] = True
        if tag in ("select", "textarea") or (tag == "input" and attributes.get("type", "text") not in UNNAMED_INPUTS):
            named = attributes.get("aria-label") or attributes.get("aria-labelledby") or "label" in self.open
            if not named:
                self.controls.append((tag, attributes))


def problems_of(html: str) -> list[str]:
    """What is wrong with a page (it has an html element) or a fragment (it has none), in words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = list(dict.fromkeys(reader.problems))
    found += [f"id “{id_}” occurs {count} times" for id_, count in reader.ids.items() if count > 1]
    found += [
        f"<{tag} name={attributes.get('name')!r}> has no label"
        for tag, attributes in reader.controls
        if attributes.get("id") not in reader.labelled
    ]
    if reader.whole_page:
        found += [f"{what} names no element" for what, id_ in reader.references if id_ not in reader.ids]
        if not reader.title:
            found.append("the page has no title")
        if not reader.language:
            found.append("the page does not say its language")
        if reader.headings != 1:
            found.append(f"the page has {reader.headings} h1 headings")
    return found
