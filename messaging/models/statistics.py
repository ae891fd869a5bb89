"""How messages went, counted by hour and by day, so that no page reads the messages of months."""

from django.db import models

from messaging.models.accounts import RegionalAccount


class Statistic(models.Model):
    """So many messages that were accepted in an hour or a day (UTC, simulated time) and came to the same.

    dimension says what value is: nothing (all messages), country, originator, set (configuration set), or time: of
    delivered messages, which step of a logarithmic scale the time to deliver falls on (operations.statistics).
    outcome is the status of the final event, empty for “accepted”.
    """

    owner = models.ForeignKey(RegionalAccount, on_delete=models.CASCADE, related_name="+", db_index=False)
    span_hours = models.PositiveSmallIntegerField(help_text="1 or 24.")
    start = models.DateTimeField()
    channel = models.CharField(max_length=5)
    dimension = models.CharField(max_length=10, blank=True)
    value = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=22, blank=True)
    messages = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "span_hours", "start", "channel", "dimension", "value", "outcome"],
                name="one_statistic_each",
            )
        ]


class StatisticProgress(models.Model):
    """Up to which event id (that one excluded) the events of an account in a Region are counted.

    closing is the instant up to which they may be counted next, seen at closing_seen (wall time): what was being
    written when it was seen has been written when they are counted.
    """

    owner = models.OneToOneField(RegionalAccount, on_delete=models.CASCADE, related_name="+")
    counted_until = models.UUIDField()
    closing = models.DateTimeField(null=True, blank=True)
    closing_seen = models.DateTimeField(null=True, blank=True)
