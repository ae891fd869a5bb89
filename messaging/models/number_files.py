"""What the uploaded files with a number in each row have in common."""

from django.db import models

from messaging.models.base import Owned


class NumberFile(Owned):
    """An uploaded CSV file: `stored` is its name in the default storage, `column` counts from 0 and holds the numbers.

    `rows` counts those that a job has looked at, without the head and empty rows.
    """

    stored = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    actor = models.CharField(max_length=150)
    column = models.PositiveSmallIntegerField(default=0)
    has_head = models.BooleanField(default=False)
    delimiter = models.CharField(max_length=1, default=",")
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class JudgedNumberFile(NumberFile):
    """One whose numbers are counted: those that came before in it, and cells that hold none."""

    duplicates = models.PositiveIntegerField(default=0)
    invalid = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
