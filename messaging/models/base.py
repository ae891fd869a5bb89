"""What every row of an account in a Region has in common."""

from typing import Any, Self, TypeVar

from django.db import models

from messaging import clock
from messaging.caller import Caller
from messaging.errors import NotFound

M = TypeVar("M", bound="Owned")


class OwnedQuerySet(models.QuerySet[M]):
    """Rows narrowed to one account in one Region; every read of a door starts with for_caller."""

    def for_caller(self, caller: Caller) -> Self:
        return self.filter(owner_id=caller.owner_id)

    def named(self, caller: Caller, id_or_arn: str, *, lock: bool = False) -> M:
        """The caller's row with this id, name or ARN, locked for update on request. Raises NotFound."""
        model: type[Owned] = self.model
        name = model.name_in(caller, id_or_arn)
        rows = self.for_caller(caller)
        if lock:
            rows = rows.select_for_update(of=("self",))
        row = rows.filter(**model.columns_of(name)).first()
        if row is None:
            raise NotFound(model.RESOURCE_TYPE, id_or_arn)
        return row


class Owned(models.Model):
    """A row that belongs to one account in one Region.

    NAME_FIELD holds the id or name that the API and the pages address it by; RESOURCE_TYPE is its value in the
    service model's ResourceType and the first part of its ARN's resource.
    """

    RESOURCE_TYPE = ""
    NAME_FIELD = ""
    FILTERS: dict[str, str] = {}

    tag_name: str | None = None  # the value of the tag Name, where rows were read with it (operations/tags.py)

    owner = models.ForeignKey("messaging.RegionalAccount", on_delete=models.CASCADE, related_name="+")
    created_timestamp = models.DateTimeField(default=clock.now)

    objects: Any = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def name_in(cls, caller: Caller, id_or_arn: str) -> str:
        """The bare id or name in an id or ARN; an ARN of another account, Region or type names nothing here."""
        if not id_or_arn.startswith("arn:"):
            return id_or_arn
        prefix = caller.arn(f"{cls.RESOURCE_TYPE}/")
        return id_or_arn[len(prefix) :] if id_or_arn.startswith(prefix) else " "  # no id holds a space

    @classmethod
    def columns_of(cls, name: str) -> dict[str, str]:
        """The columns, with values, that a bare id or name stands for."""
        return {cls.NAME_FIELD: name}

    @property
    def name(self) -> str:
        """The id or name that addresses this row."""
        return str(getattr(self, self.NAME_FIELD))

    @property
    def arn(self) -> str:
        """The vendor-shaped ARN."""
        return self.owner.arn(f"{self.RESOURCE_TYPE}/{self.name}")
