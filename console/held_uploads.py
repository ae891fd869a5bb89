"""Files of a form that comes back with errors: kept under a token, so that nobody has to choose them again.

A form is made of `Form(*posted(request))` and its page is shown as any other. A file field that has no error of its own
then names the file that came with it and carries its token; with the next posting the file is there again, unless
another was chosen or it was to be removed. The token is signed, holds for KEPT_SECONDS of wall time, and is good for
one person in one account and Region only. The bytes lie in the storage; what is not used is swept by the worker.
"""

import secrets
import time
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from console.callers import caller_of

FOLDER = "held-uploads"
SALT = "console.held-upload"
KEPT_SECONDS = 4 * 3600
MOST_OF_A_PERSON = 5  # files at once, so that nobody fills the disk with forms that never pass
SWEEP_SECONDS = 600
HELD, DROP = "held:", "drop:"  # what the names of a file field's token and of its “remove” begin with

_next_sweep = 0.0


@dataclass(frozen=True, slots=True)
class Held:
    """A kept file as its field shows it; size in bytes."""

    token: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who may have a kept file: a person, in an account and Region."""

    user: str
    owner_id: int


class HeldFile(UploadedFile):
    """A kept file, as if it had been uploaded just now."""

    def __init__(self, held: Held, stored: str, content_type: str) -> None:
        super().__init__(default_storage.open(stored, "rb"), held.name, content_type, held.size)
        self.held = held


class Gone(UploadedFile):
    """In the place of a file that is not kept any more, or was never this person's; its field refuses it."""

    def __init__(self) -> None:
        super().__init__(ContentFile(b""), "gone", size=0)


class Posted(MultiValueDict[str, UploadedFile]):
    """The files of a posted form, which can be kept until the form is posted again."""

    def __init__(self, files: MultiValueDict[str, UploadedFile], keeper: Keeper) -> None:
        super().__init__({name: files.getlist(name) for name in files})
        self.keeper = keeper
        self._kept: dict[str, Held | None] = {}

    def held(self, name: str) -> Held | None:
        """The file of a field, kept from now on unless it is already; nothing when there is none."""
        given = self.get(name)
        if isinstance(given, HeldFile):
            return given.held
        if not isinstance(given, UploadedFile) or isinstance(given, Gone):
            return None
        if name not in self._kept:
            self._kept[name] = hold(self.keeper, given)
        return self._kept[name]


def posted(request: HttpRequest) -> tuple[QueryDict, Posted]:
    """What a form was posted with. A kept file stands where no other was chosen; one that goes is deleted."""
    keeper = _keeper(request)
    for key in [key for key in request.POST if key.startswith(HELD)]:
        name, token = key.removeprefix(HELD), request.POST[key]
        if name in request.FILES or f"{DROP}{name}" in request.POST:
            _delete(keeper, token)
        else:
            # In the request's own files, so that it is closed with them.
            request.FILES.setlist(name, [_file_of(keeper, token)])
    return request.POST, Posted(request.FILES, keeper)


def let_go(request: HttpRequest) -> None:
    """Delete the kept files of a posted form whose change is made."""
    for key in [key for key in request.POST if key.startswith(HELD)]:
        _delete(_keeper(request), request.POST[key])


def hold(keeper: Keeper, given: UploadedFile) -> Held | None:
    """Keep a file; nothing when it is larger than any form takes. The person's oldest goes when there are too many."""
    size = given.size or 0
    if size > max(settings.SWITCHBOARD_IMPORT_MAX_BYTES, settings.SWITCHBOARD_MEDIA_MAX_BYTES):
        return None
    mine = sorted(name for name in _names() if name.startswith(f"{keeper.user}-"))
    for name in mine[: max(len(mine) - MOST_OF_A_PERSON + 1, 0)]:
        default_storage.delete(f"{FOLDER}/{name}")
    place = f"{FOLDER}/{keeper.user}-{int(time.time()):012d}-{secrets.token_hex(16)}"
    # The bytes, not the temporary file that they may lie in: that one may have been moved away already.
    stored = default_storage.save(place, File(given.file))
    said = [stored, given.name or "", given.content_type or "", size, keeper.user, keeper.owner_id]
    return Held(signing.dumps(said, salt=SALT), given.name or "", size)


def sweep() -> int:
    """Delete files that are kept no longer; returns how many. Most calls find that it is not time yet."""
    global _next_sweep
    now = time.monotonic()
    if now < _next_sweep:
        return 0
    _next_sweep = now + SWEEP_SECONDS  # first of all, so that a storage that is away is asked no more often
    return sweep_now()


def sweep_now() -> int:
    """The same at once."""
    last = time.time() - KEPT_SECONDS
    old = [name for name in _names() if int(name.split("-")[1]) < last]
    for name in old:
        default_storage.delete(f"{FOLDER}/{name}")
    return len(old)


def _names() -> list[str]:
    """<user>-<second of the epoch>-<random> of every kept file."""
    return default_storage.listdir(FOLDER)[1] if default_storage.exists(FOLDER) else []


def _keeper(request: HttpRequest) -> Keeper:
    return Keeper(str(request.user.pk), caller_of(request).owner_id)


def _read(keeper: Keeper, token: str) -> tuple[Held, str, str] | None:
    """What a token says, where the bytes lie and of which type they were said to be; nothing when it is not good."""
    try:
        stored, name, content_type, size, *whose = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    if whose != [keeper.user, keeper.owner_id]:
        return None
    return Held(token, name, size), stored, content_type


def _file_of(keeper: Keeper, token: str) -> UploadedFile:
    found = _read(keeper, token)
    if found is None or not default_storage.exists(found[1]):
        return Gone()
    return HeldFile(*found)


def _delete(keeper: Keeper, token: str) -> None:
    found = _read(keeper, token)
    if found is not None:
        default_storage.delete(found[1])
