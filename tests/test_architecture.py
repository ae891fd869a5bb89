"""The rules of the house that reading the source can hold: who imports whom, who writes rows, what is named how."""

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.db.models import TextChoices
from django.urls import URLPattern, URLResolver, get_resolver

from console import shapes, views
from messaging import permissions
from messaging.operations.registry import OPERATIONS
from tests.source import APPS, ROOT, Module, below, files, modules

LINES = 450

# package -> what nothing in it may import
FORBIDDEN_IMPORTS = {
    "messaging": ("registrations", "console"),
    "registrations": ("console",),
    "messaging.text": ("django", "messaging", "registrations", "console"),
    "console.views": ("console.wire",),
    "console.wire": ("console.views", "console.forms", "console.fragments", "console.listing"),
}
ALLOWED_IMPORTS = {"messaging.text": ("messaging.text",)}

# Where rows are written besides operations, models and migrations. Place -> why.
WRITERS = {
    "console/models/": "model methods that operations call",
    "console/operations/": "operations",
    "messaging/models/": "model methods that operations call",
    "messaging/operations/": "operations",
    "registrations/models/": "model methods that operations call",
    "registrations/operations/": "operations",
}
WRITING_METHODS = {"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITING_SQL = re.compile(r"\s*(INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM)\b", re.IGNORECASE)

# TextChoices that mirror an enumeration of the service model (by the name of the shape).
MIRRORED = {
    "messaging.models.keywords.Keyword.Action": "KeywordAction",
    "messaging.models.phone_numbers.NumberType": "NumberType",
    "messaging.models.phone_numbers.PhoneNumber.Status": "NumberStatus",
    "messaging.models.pools.MessageType": "MessageType",
    "messaging.models.pools.Pool.Status": "PoolStatus",
    "messaging.models.protect_configurations.NumberOverride.Action": "ProtectConfigurationRuleOverrideAction",
    "messaging.models.protect_configurations.ProtectStatus": "ProtectStatus",
    "messaging.models.verified_numbers.VerifiedDestinationNumber.Status": "VerificationStatus",
    "registrations.models.attachments.RegistrationAttachment.Status": "AttachmentStatus",
    "registrations.models.registrations.RegistrationStatus": "RegistrationStatus",
    "registrations.models.registrations.VersionStatus": "RegistrationVersionStatus",
}
# TextChoices of our own, which the service model does not have.
OWN = {
    "console.models.members.Preferences.Density",
    "console.models.members.Preferences.Theme",
    "messaging.models.media.MessageMedia.Source",
    "messaging.models.accounts.Tier",  # the values of the attribute ACCOUNT_TIER, which the model does not enumerate
    "messaging.models.alarms.Alarm.Comparison",
    "messaging.models.alarms.Alarm.Metric",
    "messaging.models.alarms.Alarm.State",
    "messaging.models.alarms.Alarm.Statistic",
    "messaging.models.bulk_sends.BulkSend.Status",
    "messaging.models.bulk_sends.BulkSendRow.State",
    "messaging.models.charges.ChargeKind",
    "messaging.models.configuration_sets.EventDestination.Kind",
    "messaging.models.connections.ServiceConnection.Service",
    "messaging.models.deactivation_reports.DeactivationReport.Status",
    "messaging.models.handsets.HandsetBehaviour.Scope",
    "messaging.models.jobs.Job.Status",
    "messaging.models.opt_out_lists.OptOutImport.Status",
    "messaging.models.notifications.Notification.Kind",
    "messaging.models.notifications.Notification.Severity",
    "messaging.models.messages.Channel",  # NumberCapability without RCS, which nothing here carries
    "messaging.models.outbox.OutboxEntry.Status",
    "messaging.permissions.Role",
    "registrations.models.reviews.Decision.Outcome",
    "registrations.models.reviews.ReviewMode",
    "registrations.models.support_cases.SupportCase.Status",
}

# <resource>-<verb>, or a word for a page of no resource; pages that stand in for allauth's keep allauth's names.
URL_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|(account|mfa|usersessions)_\w+")


def _import_all(package: ModuleType) -> list[ModuleType]:
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [importlib.import_module(module.name) for module in found if ".migrations." not in module.name]


@pytest.mark.parametrize("package", FORBIDDEN_IMPORTS)
def test_dependencies_point_one_way(package: str) -> None:
    wrong = [
        f"{module.place} imports {imported}"
        for module in modules()
        if below(module.name, package)
        for imported in sorted(module.imports)
        if any(below(imported, forbidden) for forbidden in FORBIDDEN_IMPORTS[package])
        and not any(below(imported, allowed) for allowed in ALLOWED_IMPORTS.get(package, ()))
    ]
    assert not wrong, "\n".join(wrong)


def _writes(module: Module) -> list[str]:
    found = []
    for call in module.calls():
        if not isinstance(call.func, ast.Attribute):
            continue
        method, receiver = call.func.attr, ast.unparse(call.func.value)
        if receiver.endswith("storage"):  # files
            continue
        rows = "objects" in receiver or "filter(" in receiver or receiver.endswith(("rows", "row"))
        if method in WRITING_METHODS or (method == "update" and (rows or (call.keywords and not call.args))):
            found.append(f"{module.place}:{call.lineno} {receiver}.{method}(…)")
    for constant in module.strings():
        if WRITING_SQL.match(constant.value):
            found.append(f"{module.place}:{constant.lineno} {constant.value.strip()[:60]}")
    return found


# One line each: what is written elsewhere, and why it is no change of state that an operation should guard.
ALLOWED_WRITES = {
    "console/middleware.py": "when a session was last seen belongs to sign-in",
    "console/views/account.py": "ending one's own sessions belongs to sign-in",
    "console/wire/auth.py": "an access key's last use is noted once in a while, on any request, reads included",
    "console/wire/replay.py": "answers kept for a ClientToken are the wire's own memory",
    "messaging/bulk.py": "the statement by which operations insert many rows",
    "messaging/work.py": "a worker's sign of life",
}


def test_only_operations_write_rows() -> None:
    wrong = [
        write
        for module in modules()
        if not module.place.startswith(tuple(WRITERS))
        for write in _writes(module)
        if not any(write.split(" ", 1)[0].startswith(f"{place}:") for place in ALLOWED_WRITES)
    ]
    assert not wrong, "\n".join(wrong)


def test_allowed_writes_still_happen() -> None:
    writing = {module.place for module in modules() if _writes(module)}
    assert not set(ALLOWED_WRITES) - writing, "these no longer write: take them off the list"


def _choices() -> dict[str, type[TextChoices]]:
    for app in APPS:
        _import_all(importlib.import_module(app))
    found, waiting = {}, list(TextChoices.__subclasses__())
    while waiting:
        choices = waiting.pop()
        waiting += choices.__subclasses__()
        if choices.__module__.split(".")[0] in APPS:
            found[f"{choices.__module__}.{choices.__qualname__}"] = choices
    return found


def test_every_choice_is_the_service_models_or_declared_our_own() -> None:
    assert set(_choices()) == set(MIRRORED) | OWN


@pytest.mark.parametrize("name", MIRRORED)
def test_choices_equal_the_service_model(name: str) -> None:
    choices = _choices()[name]
    assert set(choices.values) == set(shapes.enum(MIRRORED[name]))


def test_modules_stay_short() -> None:
    long = {module.place: len(module.text.splitlines()) for module in modules(*APPS, "tests")}
    assert not {place: lines for place, lines in long.items() if lines > LINES}


def _patterns(resolver: URLResolver, arguments: int = 0) -> list[tuple[URLPattern, int]]:
    found = []
    for entry in resolver.url_patterns:
        count = arguments + len(entry.pattern.converters)
        found += _patterns(entry, count) if isinstance(entry, URLResolver) else [(entry, count)]
    return found


def test_every_page_has_a_name_in_the_style_of_the_house() -> None:
    own = [
        (pattern.name, pattern.lookup_str)
        for pattern, _count in _patterns(get_resolver())
        if not pattern.lookup_str.startswith(("allauth.", "django."))
    ]
    assert own
    assert not [place for name, place in own if not name]
    assert not [name for name, _place in own if name and not URL_NAME.fullmatch(name)]


def test_no_two_pages_share_a_name() -> None:
    seen: dict[tuple[str, int], str] = {}
    for pattern, count in _patterns(get_resolver()):
        if pattern.name:
            place = f"{pattern.lookup_str} {pattern.pattern}"
            assert seen.setdefault((pattern.name, count), place) == place, f"{pattern.name} is taken twice"


def test_every_url_of_a_view_module_is_served() -> None:
    served = {pattern.callback for pattern, _count in _patterns(get_resolver())}
    for module in _import_all(views):
        for pattern in [*getattr(module, "urlpatterns", []), *getattr(module, "scoped_urlpatterns", [])]:
            assert isinstance(pattern, URLResolver) or pattern.callback in served, f"{module.__name__}: {pattern}"


NAMED_IN_TEMPLATES = re.compile(r"""\{%\s*(?:url|to)\s+["']([^"']+)["']""")
NAMING_CALLS = {"url_to": 1, "done": 1, "reverse": 0, "reverse_lazy": 0}


def _named_urls() -> list[tuple[str, str]]:
    found = [
        (path.relative_to(ROOT).as_posix(), name)
        for path in files(".html", ".txt")
        if path.is_relative_to(ROOT / "templates")
        for name in NAMED_IN_TEMPLATES.findall(path.read_text(encoding="utf-8"))
    ]
    for module in modules("console"):
        for call in module.calls():
            function = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            position = NAMING_CALLS.get(function)
            if position is not None and len(call.args) > position and isinstance(call.args[position], ast.Constant):
                found.append((f"{module.place}:{call.lineno}", str(call.args[position].value)))
    return found


def test_every_url_named_anywhere_exists() -> None:
    known = {pattern.name for pattern, _count in _patterns(get_resolver())}
    wrong = [f"{place}: {name}" for place, name in _named_urls() if name not in known and "/" not in name]
    assert not wrong, "\n".join(wrong)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_nothing_names_a_machine_or_an_index_of_packages() -> None:
    hosts = [
        "py" + "pi.org",
        "python" + "hosted.org",
        "npm" + "js.org",
        "npm" + "js.com",
        "un" + "pkg.com",
        "jsde" + "livr.net",
    ]
    places = [str(ROOT), *(str(p) for p in [Path.home()] if len(p.parts) > 1)]
    options = ["--index" + "-url", "--extra-index" + "-url", "--find" + "-links"]
    wrong = []
    for path in files():
        text = _text(path)
        place = path.relative_to(ROOT).as_posix()
        wrong += [f"{place}: {word}" for word in hosts if word in text]
        wrong += [f"{place}: {word}" for word in places if re.search(re.escape(word) + r"(/|\b)", text)]
        if path.name.startswith("requirements"):
            wrong += [f"{place}: {word}" for word in options if re.search(rf"^{word}", text, re.MULTILINE)]
    assert not wrong, "\n".join(wrong)


# The comment comes first, after nothing but {% extends %} and {% load %}.
HEADER = re.compile(r"\s*(\{%\s*(extends|load)\b[^%]*%\}\s*)*(\{#|\{%\s*comment)")


def test_templates_say_what_they_need() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in files(".html")
        if path.is_relative_to(ROOT / "templates")
        and not path.is_relative_to(ROOT / "templates" / "django")  # form widgets: Django documents their context
        and not path.is_relative_to(ROOT / "templates" / "help" / "topics")  # prose
        and not HEADER.match(path.read_text(encoding="utf-8"))
    ]
    assert not silent, "\n".join(silent)


def _operations() -> None:
    for app in APPS:
        package = importlib.import_module(app)
        if any(found.name == "operations" for found in pkgutil.iter_modules(package.__path__)):
            _import_all(importlib.import_module(f"{app}.operations"))


def test_every_operation_stands_in_the_permission_table() -> None:
    _operations()
    assert OPERATIONS
    assert not set(OPERATIONS) - set(permissions.table())


def test_operations_take_their_arguments_by_name() -> None:
    _operations()
    for operation in OPERATIONS.values():
        first, *rest = inspect.signature(operation.function).parameters.values()
        assert first.name == "caller", operation.action
        kinds = {parameter.kind for parameter in rest}
        assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}, operation.action


def test_operations_of_the_api_take_all_its_members() -> None:
    _operations()
    for action, operation in OPERATIONS.items():
        if action in shapes.operation_names():
            members = set(shapes.parameters(action)) - {"max_results", "next_token", "filters"}  # the wire's paging
            assert members <= set(operation.parameters), action


def test_every_change_that_the_api_offers_is_an_operation() -> None:
    _operations()
    from console.wire.registry import ROUTES

    assert ROUTES
    assert not set(ROUTES) - shapes.operation_names()
    table = permissions.table()
    changes = {action for action in ROUTES if not table[action][1]}
    assert changes
    assert not changes - set(OPERATIONS)


def test_every_table_has_one_application() -> None:
    assert {config.name for config in apps.get_app_configs()} >= set(APPS)
