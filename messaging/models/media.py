"""Media of MMS messages: the buckets of an account, the files in them, and what messages have carried."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.base import Owned
from messaging.models.messages import Message


class MediaBucket(Owned):
    """A built-in bucket: what `s3://<bucket_name>/…` means in its account and Region."""

    NAME_FIELD = "bucket_name"

    bucket_name = models.CharField(max_length=63)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "bucket_name"], name="one_bucket_per_name")]

    @property
    def address(self) -> str:
        """What the URLs of its files begin with."""
        return f"s3://{self.bucket_name}/"

    @property
    def arn(self) -> str:
        """The activity log names a bucket by its address: the service model has no ARN of one."""
        return self.address


class MediaContent(Owned):
    """The bytes of a file, kept once per account and Region however many files and messages have them.

    content_type is what the bytes are, empty when they are nothing that is known; size is in bytes; stored is the name
    in the default storage.
    """

    NAME_FIELD = "digest"

    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes, in hexadecimal digits.")
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=64, blank=True)
    stored = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "digest"], name="one_content_per_digest")]


class MediaFile(Owned):
    """A file in a built-in bucket, under its key."""

    NAME_FIELD = "file_id"

    file_id = models.CharField(max_length=64, unique=True)
    bucket = models.ForeignKey(MediaBucket, on_delete=models.CASCADE, related_name="files")
    key = models.CharField(max_length=1024)
    content = models.ForeignKey(MediaContent, on_delete=models.CASCADE, related_name="files")
    actor = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bucket", "key"], name="one_file_per_key")]

    @property
    def url(self) -> str:
        """What a message names the file by."""
        return f"s3://{self.bucket.bucket_name}/{self.key}"

    @property
    def arn(self) -> str:
        """The activity log names a file by its address: the service model has no ARN of one."""
        return self.url


class MessageMedia(models.Model):
    """What a message carried to its handset: the file as it was when it was fetched, whatever becomes of it later."""

    class Source(models.TextChoices):
        BUILT_IN = "BUILT_IN", _("Built-in bucket")
        CONNECTED = "CONNECTED", _("Connected bucket")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="media")
    position = models.PositiveSmallIntegerField()
    file_name = models.CharField(max_length=1024)
    source = models.CharField(max_length=9, choices=Source)
    content = models.ForeignKey(MediaContent, on_delete=models.CASCADE, related_name="carried")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="one_media_per_position")]
        ordering = ["position"]
