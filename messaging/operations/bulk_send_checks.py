"""The dry run of a bulk send: every row of the file goes through the checks of a send, and nothing is sent.

A job goes through the file in slices; a slice, its rows and where it ended are one transaction. Two checks of a send
are left to the moment of sending: throughput, which the pace keeps, and the spend limit, which the totals are held to.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import F
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from messaging.bulk import insert_rows
from messaging.caller import Caller
from messaging.errors import Invalid, NotFound, Refusal
from messaging.models import BulkSend, BulkSendRow, Job
from messaging.operations.bulk_sends import forget_check, locked
from messaging.operations.checks import OF_CHANNEL
from messaging.operations.checks.send import Send
from messaging.operations.checks.throughput import rates_met
from messaging.operations.jobs import Slice, handles, start_job
from messaging.operations.number_files import CELL_SHOWN, MOST_ROWS, Record, cell_of, next_records, number_in, sample
from messaging.operations.registry import operation
from messaging.text import placeholders
from messaging.text.placeholders import Template

Status, State = BulkSend.Status, BulkSendRow.State

CHECK = "check-bulk-send"
SLICE_ROWS = 400  # some 0.1 s: others wait for the transaction
LEFT_TO_SENDING = frozenset({"throughput", "spend-limit"})
DRY_RUN = tuple(check for check in OF_CHANNEL["SMS"] if check.name not in LEFT_TO_SENDING)
NOT_A_NUMBER, DUPLICATE, MISSING_VARIABLE = "NOT_A_NUMBER", "DUPLICATE", "MISSING_VARIABLE"
WRITTEN = (
    "bulk_send", "number", "destination_phone_number", "iso_country_code", "variables", "parts", "price", "state",
    "reason", "detail", "earlier_message_ids", "tries",
)  # fmt: skip

Rates = dict[str, dict[str, list[Any]]]  # country -> meter -> [parts, MPS, what it sends from]


@operation(changes_settings=False)
def check_bulk_send(caller: Caller, *, bulk_send_id: str, column: int, has_head: bool) -> BulkSend:
    """Start the dry run. It may be run again, with another column too.

    column, of the numbers, counts from 0; without a head the columns are named “Column 1” and so on. Raises NotFound;
    Conflict while a check runs or when it has started; Invalid for a placeholder that no column fills.
    """
    row = locked(caller, bulk_send_id, "change")
    forget_check(row)
    row.columns = replace(sample(row.stored), has_head=has_head).columns
    row.column, row.has_head = column, has_head
    if not 0 <= column < len(row.columns):
        raise Invalid(_("The file has no such column."), fields={"column": _("Choose one of the columns.")})
    unknown = placeholders.unknown(placeholders.parsed(row.message_body), row.columns)
    if unknown:
        raise Invalid(
            _("No column of the file is called “%(name)s”.") % {"name": unknown[0]},
            fields={"column": _("The columns are: %(columns)s.") % {"columns": ", ".join(row.columns)}},
            next_step=_("Change the placeholder in the text, or the file."),
        )
    title = _t("Check of the bulk send %(name)s") % {"name": row.bulk_send_name}
    row.status = Status.CHECKING
    row.check_job = start_job(caller, kind=CHECK, title=title, parameters={"bulk_send_id": row.bulk_send_id})
    row.save()
    return row


class Judged(NamedTuple):
    """What the dry run says of one row."""

    number: int
    destination: str
    country: str
    values: Mapping[str, str]
    parts: int
    price: int
    state: str
    reason: str = ""
    detail: str = ""


class Dry:
    """The judge of one slice: reads no table that a send would not read."""

    def __init__(self, caller: Caller, row: BulkSend) -> None:
        self.caller, self.row = caller, row
        self.template: Template = placeholders.parsed(row.message_body)
        names = [placeholders.folded(name) for name in row.columns]
        wanted = set(self.template.names)
        self.places = [(name, at) for at, name in enumerate(names) if name in wanted]
        self.rates: Rates = row.rates

    def values_of(self, record: Record) -> dict[str, str]:
        """What the row says for the placeholders; of columns with the same name the first counts."""
        values: dict[str, str] = {}
        for name, at in self.places:
            values.setdefault(name, record[at].strip() if at < len(record) else "")
        return values

    def number_of(self, record: Record) -> tuple[str, str]:
        """The number in a record and nothing, or what stands there and why it is none."""
        cell = cell_of(self.row, record)
        number, why = number_in(cell)
        return number or cell[:CELL_SHOWN], why

    def judge(self, at: int, record: Record, destination: str, why: str, *, again: bool) -> Judged:
        """The verdict on one record; again says that its number has come before."""
        values = self.values_of(record)
        left_out = (at, destination, "", values, 0, 0, State.LEFT_OUT.value)
        if why:
            return Judged(*left_out, NOT_A_NUMBER, why[:300])
        missing = self.template.missing(values)
        if missing:
            said = _t("There is nothing in the column “%(column)s”.") % {"column": missing[0]}
            return Judged(*left_out, MISSING_VARIABLE, said)
        if again and not self.row.duplicates_go:
            return Judged(*left_out, DUPLICATE, _t("The number has come before in the file."))
        send = send_of(self.caller, self.row, destination, self.template.rendered(values))
        for check in DRY_RUN:
            try:
                check.run(send)
            except Refusal as refusal:
                return Judged(
                    at, destination, send.country, values, 0, 0, State.LEFT_OUT.value, reason_of(refusal),
                    str(refusal.message)[:300],
                )  # fmt: skip
        assert send.counted
        self._meter(send)
        return Judged(at, destination, send.country, values, send.counted.parts, send.total, State.READY.value)

    def _meter(self, send: Send) -> None:
        country = self.rates.setdefault(send.country, {})
        rate = next((rate for rate in rates_met(send) if rate.key.startswith("from:")), None)
        if rate is not None and send.originator:
            used = country.setdefault(rate.key, [0, rate.allowed, send.originator.shown])
            used[0] += rate.units


def send_of(caller: Caller, row: BulkSend, destination: str, text: str) -> Send:
    """The request to send that a row of a bulk send stands for."""
    return Send(
        caller,
        destination,
        text,
        row.origination_identity,
        row.message_type,
        row.keyword,
        row.configuration_set_name,
        row.max_price,
        row.time_to_live,
        row.context,
        protect_configuration_id=row.protect_configuration_id,
    )


def reason_of(refusal: Refusal) -> str:
    """The code that a refusal is counted under."""
    return refusal.reason or ("RESOURCE_NOT_FOUND" if isinstance(refusal, NotFound) else type(refusal).__name__)


def duration(row: BulkSend) -> timedelta:
    """How long sending the checked rows takes at the least: parts / MPS. A pool shares its parts out."""
    longest = 0.0
    pooled = row.origination_identity.startswith("pool-") or ":pool/" in row.origination_identity
    for meters in row.rates.values():
        used = [(parts, mps) for parts, mps, _shown in meters.values()]
        if used and pooled:
            longest = max(longest, sum(parts for parts, _mps in used) / sum(mps for _parts, mps in used))
        elif used:
            longest = max(longest, *(parts / mps for parts, mps in used))
    return timedelta(seconds=longest)


@handles(CHECK)
def run_check(caller: Caller, job: Job) -> Slice:
    """Judge the next rows of the file and write them down."""
    row = BulkSend.objects.for_caller(caller).get(bulk_send_id=job.parameters["bulk_send_id"])
    records = next_records(row, job.cursor, SLICE_ROWS)
    if row.rows + len(records.found) > MOST_ROWS:
        raise Invalid(_("The file has more than %(most)s rows.") % {"most": MOST_ROWS})
    found = _judged(Dry(caller, row), records.found)
    insert_rows(
        BulkSendRow,
        WRITTEN,
        [
            (row.pk, one.number, one.destination, one.country, json.dumps(one.values), one.parts, one.price, one.state,
             one.reason, one.detail, "[]", 0)
            for one in found
        ],
    )  # fmt: skip
    ready = [one for one in found if one.state == State.READY]
    BulkSend.objects.filter(pk=row.pk).update(
        rows=F("rows") + len(found),
        ready=F("ready") + len(ready),
        parts=F("parts") + sum(one.parts for one in ready),
        price=F("price") + sum(one.price for one in ready),
        rates=row.rates,
        status=Status.CHECKED if records.finished else Status.CHECKING,
    )
    return Slice(records.cursor, done=len(found), finished=records.finished)


def _judged(dry: Dry, records: list[tuple[int, Record]]) -> list[Judged]:
    read = [(at, record, *dry.number_of(record)) for at, record in records]
    numbers = {number for _at, _record, number, why in read if not why}
    taken: dict[str, bool] = defaultdict(bool)
    before = BulkSendRow.objects.filter(bulk_send=dry.row, destination_phone_number__in=numbers, state=State.READY)
    taken.update(dict.fromkeys(before.values_list("destination_phone_number", flat=True), True))
    found = []
    for at, record, number, why in read:
        judged = dry.judge(at, record, number, why, again=taken[number])
        if judged.state == State.READY:
            taken[number] = True
        found.append(judged)
    return found
