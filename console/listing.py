"""One request's view of a list: filters, order, page and columns read from the URL and the person's layout."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.cache import cache
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from console import commands
from console.callers import caller_of, owner_of, url_to
from console.fragments import page, target_of, wants_fragment
from console.keyset import Ordering, Page, page_of
from console.lists import COUNT_LIMIT, PAGE_SIZES, ListSpec
from console.models import SavedView, TableLayout
from console.numbers import whole
from console.tables import Column, Head, Table, described
from messaging.caller import Caller
from messaging.errors import Text
from messaging.filters import Property
from messaging.prepared import Prepared

Token = tuple[str, str, str]
MANY_SECONDS = 60  # how long “10,000+” may stand in the title after rows went away by themselves
SOME, SOME_SECONDS = 1_000, 15  # of more than so many rows, the count may lag: finding them again can take longer
STATE = ("f", "q", "sort", "size", "columns")  # what a saved view keeps
OPERATOR_WORDS = {
    "=": lambda: _("is"), "!=": lambda: _("is not"), "contains": lambda: _("contains"),
    "starts with": lambda: _("starts with"), "<": lambda: _("is less than"), ">": lambda: _("is more than"),
}  # fmt: skip


_VIEWS = Prepared(
    lambda account_id, name, user_id: SavedView.objects.filter(account_id=account_id, list_name=name)
    .filter(Q(user=user_id) | Q(shared=True))
    .select_related("user")
    .order_by("name", "pk"),
    "?account", "?name", -7,
)  # fmt: skip
_LAYOUT = Prepared(lambda user_id, name: TableLayout.objects.filter(user=user_id, list_name=name), -7, "?name")


def tokens_in(query: QueryDict) -> tuple[list[Token], list[str]]:
    """The filter tokens of a URL, `property:operator:value` each, and those that are not even that."""
    tokens, broken = [], []
    for text in dict.fromkeys(query.getlist("f")):
        parts = text.split(":", 2)
        if len(parts) == 3 and parts[2] != "":
            tokens.append((parts[0], parts[1], parts[2]))
        else:
            broken.append(text)
    return tokens, broken


@dataclass(frozen=True, slots=True)
class TokenLink:
    """One filter token as shown: words, and the URL of the list without it."""

    label: Text
    operator: Text
    value: Text
    without: str
    joined_by: str = ""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The rows of a query string, apart from order and page; also what bulk jobs and exports work on."""

    rows: QuerySet[Any]
    used: list[Token]
    dropped: list[str]
    text: str


def narrowed(spec: ListSpec, caller: Caller, args: Sequence[str], query: QueryDict) -> Narrowed:
    """The rows that a list's query string selects."""
    tokens, broken = tokens_in(query)
    text = query.get("q", "").strip()
    rows, used, dropped = spec.filters.narrow_by_tokens(spec.rows(caller, *args), tokens, text=text)
    return Narrowed(rows, used, broken + [":".join(token) for token in dropped], text)


def order_of(spec: ListSpec, sort: str) -> tuple[str, Ordering]:
    """A sort as given if the list has it, else the default; and its ordering."""
    try:
        lookup = spec.column(sort.lstrip("-")).sort
    except KeyError:
        lookup = ""
    if not lookup:
        sort, lookup = spec.sort, spec.column(spec.sort.lstrip("-")).sort
    return sort, Ordering(lookup, sort.startswith("-"))


class Listing:
    """A list as one person sees it now. Templates read its properties; nothing here writes."""

    def __init__(self, request: HttpRequest, spec: ListSpec, *args: str, query: QueryDict | None = None) -> None:
        self.request, self.spec, self.args = request, spec, args
        self.caller = caller_of(request)
        self.caller.require(spec.action)
        self.query = request.GET if query is None else query
        self.path = url_to(self.caller, spec.url_name, *args)
        self.narrowed = narrowed(spec, self.caller, args, self.query)
        self.sort, self.ordering = order_of(spec, self.query.get("sort", ""))
        self.warnings: list[str] = [
            _("The filter “%(filter)s” was not understood and is left out.") % {"filter": text}
            for text in self.narrowed.dropped
        ]

    # What the person has set up

    @cached_property
    def layout(self) -> TableLayout:
        return layout_of(self.request.user, self.spec.name)

    @cached_property
    def page_size(self) -> int:
        given = whole(self.query.get("size", ""))
        return given if given in PAGE_SIZES else self.layout.page_size

    @cached_property
    def columns(self) -> list[Column]:
        return self.spec.chosen(
            self.query.get("columns", "").split(",") if self.query.get("columns") else self.layout.columns
        )

    # The URL is the state

    def url(self, **changes: str | None) -> str:
        """This list with the query string changed; a page cursor never survives a change of anything else."""
        query: list[tuple[str, str]] = [("f", ":".join(token)) for token in self.narrowed.used]
        for name in ("q", "sort", "size", "columns", "view"):
            value = changes[name] if name in changes else self.query.get(name)
            if value:
                query.append((name, value))
        query += [(name, changes[name] or "") for name in ("after", "before", "export") if changes.get(name)]
        return f"{self.path}?{urlencode(query, safe=':,')}" if query else self.path

    def url_with(self, tokens: Sequence[Token]) -> str:
        """This list with other filter tokens."""
        before = self.narrowed
        self.narrowed = Narrowed(before.rows, list(tokens), before.dropped, before.text)
        try:
            return self.url()
        finally:
            self.narrowed = before

    @cached_property
    def here(self) -> str:
        """This very page, cursor included: what Refresh loads."""
        return self.url(after=self.query.get("after"), before=self.query.get("before"))

    @cached_property
    def state(self) -> str:
        """What a saved view keeps of the query string, in a fixed order."""
        pairs = [("f", ":".join(token)) for token in self.narrowed.used]
        pairs += [(name, self.query.get(name, "")) for name in STATE[1:] if self.query.get(name)]
        return urlencode(pairs, safe=":,")

    @cached_property
    def clear_url(self) -> str:
        query = [(name, self.query.get(name, "")) for name in ("sort", "size", "columns") if self.query.get(name)]
        return f"{self.path}?{urlencode([*query, ('view', 'none')], safe=':,')}"

    @property
    def without_text(self) -> str:
        return self.url(q=None)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.narrowed.used or self.narrowed.text)

    @cached_property
    def tokens(self) -> list[TokenLink]:
        links: list[TokenLink] = []
        before: Token | None = None
        for at, (name, operator, value) in enumerate(self.narrowed.used):
            property = self.spec.filters.properties[name]
            label = dict(property.choices).get(value, value)
            joined = "" if before is None else _("or") if before[:2] == (name, operator) else _("and")
            others = [token for other, token in enumerate(self.narrowed.used) if other != at]
            links.append(TokenLink(property.label, OPERATOR_WORDS[operator](), label, self.url_with(others), joined))
            before = (name, operator, value)
        return links

    # The filter bar

    @cached_property
    def picked(self) -> Property | None:
        """The property chosen in the filter bar whose value is still to come; at first the first."""
        properties = self.spec.filters.properties
        return properties.get(self.query.get("fp", ""), next(iter(properties.values()), None))

    @property
    def properties(self) -> list[tuple[str, Text, bool]]:
        return [(name, p.label, name == self.query.get("fp")) for name, p in self.spec.filters.properties.items()]

    @property
    def operators(self) -> list[tuple[str, str]]:
        offered = self.picked.operators if self.picked else tuple(OPERATOR_WORDS)
        return [(operator, OPERATOR_WORDS[operator]()) for operator in offered]

    @property
    def choices(self) -> Sequence[tuple[str, Text]]:
        """The values of the chosen property, when they are few and known."""
        if self.picked is None:
            return ()
        return (("true", _("Yes")), ("false", _("No"))) if self.picked.kind == "flag" else self.picked.choices

    @property
    def value_type(self) -> str:
        return {"time": "datetime-local", "number": "number"}.get(self.picked.kind if self.picked else "", "text")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter bar's form carries along."""
        kept = [("f", ":".join(token)) for token in self.narrowed.used]
        return kept + [
            (name, self.query.get(name, "")) for name in ("sort", "size", "columns", "view") if self.query.get(name)
        ]

    def added_filter(self) -> str:
        """The URL with the token that the filter bar's three fields make, or nothing when they make none yet."""
        value = self.query.get("fv", "").strip()
        if self.picked is None or not value or self.query.get("fp") not in self.spec.filters.properties:
            return ""
        operator = self.query.get("fo", "")
        token = (
            self.query.get("fp", ""),
            operator if operator in self.picked.operators else self.picked.operators[0],
            value,
        )
        return self.url_with([*self.narrowed.used, token] if token not in self.narrowed.used else self.narrowed.used)

    @property
    def is_results(self) -> bool:
        """Whether only the list itself is answered, which then takes its count along out of band."""
        return wants_fragment(self.request) and target_of(self.request) != "tab"

    # Rows

    @cached_property
    def page(self) -> Page:
        after, before = self.query.get("after", ""), self.query.get("before", "")
        try:
            return page_of(self.narrowed.rows, self.ordering, self.page_size, after=after, before=before)
        except (ValueError, FieldDoesNotExist):
            self.warnings.append(_("The page asked for could not be found; this is the first one."))
            return page_of(self.narrowed.rows, self.ordering, self.page_size)

    @cached_property
    def table(self) -> Table:
        return self.spec.table(self.columns, self.caller, *self.args)

    @cached_property
    def body(self) -> SafeString:
        return self.table.body(self.caller, self.page.rows)

    @cached_property
    def heads(self) -> list[Head]:
        return described(self.columns, url_of=lambda sort: self.url(sort=sort), sorted_by=self.sort)

    @cached_property
    def caption(self) -> str:
        column = self.spec.column(self.sort.lstrip("-"))
        words = {"title": self.spec.title, "column": column.label}
        if self.sort.startswith("-"):
            return _("%(title)s, sorted by %(column)s, descending") % words
        return _("%(title)s, sorted by %(column)s, ascending") % words

    @cached_property
    def count(self) -> int:
        """How many rows match, at most COUNT_LIMIT + 1."""
        shown = len(self.page.rows)
        if not (self.page.previous or self.page.next):
            return shown
        key = self._count_key
        known = cache.get(key)
        if known is not None:
            return int(known)
        count: int = self.narrowed.rows.order_by().values("pk")[: COUNT_LIMIT + 1].count()
        if count > COUNT_LIMIT:
            cache.set(key, count, MANY_SECONDS)
        elif count > SOME:
            cache.set(key, count, SOME_SECONDS)
        return count

    @property
    def _count_key(self) -> str:
        """Under which it is remembered how many there are: until an operation changes something in the account."""
        version = owner_of(self.request).settings_version
        about = (self.caller.owner_id, version, self.spec.name, self.args, self.narrowed.used, self.narrowed.text)
        return f"many:{sha256(repr(about).encode()).hexdigest()}"

    @property
    def count_text(self) -> str:
        if self.count > COUNT_LIMIT:
            return f"{number_format(COUNT_LIMIT, force_grouping=True)}+"
        return number_format(self.count, force_grouping=True)

    @cached_property
    def is_empty(self) -> bool:
        return not self.page.rows

    @property
    def previous_url(self) -> str:
        return self.url(before=self.page.previous) if self.page.previous else ""

    @property
    def next_url(self) -> str:
        return self.url(after=self.page.next) if self.page.next else ""

    @property
    def sizes(self) -> list[tuple[int, str, bool]]:
        return [(size, self.url(size=str(size)), size == self.page_size) for size in PAGE_SIZES]

    @property
    def updated(self) -> str:
        return timezone.localtime().strftime("%H:%M:%S")

    # What can be done with it

    @cached_property
    def bulk(self) -> list[Any]:
        return self.spec.bulk_for(self.caller)

    @property
    def create_url(self) -> str:
        create = self.spec.create
        if create is None or not self.caller.may(create.action):
            return ""
        return url_to(self.caller, create.url_name, *self.args)

    @property
    def exports(self) -> list[tuple[str, str]]:
        from console.exports import NAMES

        return [(name, self.url(export=kind)) for kind, name in NAMES.items()]

    @property
    def tool_query(self) -> str:
        """What the pages under /lists/ need to come back here."""
        pairs = [("arg", arg) for arg in self.args] + [("query", self.state)]
        return urlencode([pair for pair in pairs if pair[1]])

    @cached_property
    def command(self) -> commands.Text | None:
        return commands.listing(self.request, self.spec, self.caller, self.args, self.narrowed)

    # Saved views

    @cached_property
    def views(self) -> list[SavedView]:
        return views_of(self.request.user, self.caller, self.spec.name)

    @cached_property
    def view(self) -> SavedView | None:
        chosen = self.query.get("view", "")
        return next((view for view in self.views if str(view.pk) == chosen), None)

    @property
    def view_modified(self) -> bool:
        return self.view is not None and self.view.query != self.state

    @property
    def view_links(self) -> list[tuple[SavedView, str, bool]]:
        return [(view, view_url(self.path, view), view == self.view) for view in self.views]

    def default_view_url(self) -> str:
        """Where a bare visit goes when the person has a default view."""
        if self.query:
            return ""
        mine = next((view for view in self.views if view.is_default and view.user_id == self.request.user.pk), None)
        return view_url(self.path, mine) if mine else ""


def view_url(path: str, view: SavedView) -> str:
    return f"{path}?{view.query}{'&' if view.query else ''}view={view.pk}"


def views_of(user: AbstractBaseUser | AnonymousUser, caller: Caller, name: str) -> list[SavedView]:
    """The person's own views of a list and those shared in the account, by name."""
    return _VIEWS(caller.account_id, name, user.pk)


def layout_of(user: AbstractBaseUser | AnonymousUser, name: str) -> TableLayout:
    """The person's layout of a list, or the standard one."""
    return _LAYOUT.first(user.pk, name) or TableLayout(list_name=name)


def list_page(
    request: HttpRequest,
    spec: ListSpec,
    *args: str,
    template: str = "lists/page.html",
    context: Mapping[str, Any] | Callable[[Listing], Mapping[str, Any]] | None = None,
) -> HttpResponse | TemplateResponse | Any:
    """Answer a list's URL: the page, its `results` fragment, or its file when `?export=` asks.

    template gets `listing` and the context; it has a partial `results` that includes components/list.html, and, when
    the list stands in a tab, a partial `tab`.
    """
    from console import exports

    listing = Listing(request, spec, *args)
    if request.GET.get("export"):
        return exports.answer(listing)
    goes_to = listing.added_filter() or listing.default_view_url()
    if goes_to and not wants_fragment(request):
        return HttpResponseRedirect(goes_to)
    if goes_to:
        listing = Listing(request, spec, *args, query=QueryDict(goes_to.partition("?")[2]))
    extra = context(listing) if callable(context) else context or {}
    shown = {"listing": listing, "title": spec.title, "purpose": spec.purpose, **extra}
    response = page(request, template, shown, fragment={"tab": "tab", "": "results"})
    if goes_to:
        response.headers["HX-Push-Url"] = goes_to
    return response
