"""Parts of URL paths that are more than text."""

from django.urls import register_converter


class SenderIdPath:
    """`GB/MYSHOP` in a path is the sender ID `MYSHOP/GB`, as its ARN names it."""

    regex = r"[A-Z]{2}/[A-Za-z0-9-]{1,11}"

    def to_python(self, value: str) -> str:
        country, _slash, sender_id = value.partition("/")
        return f"{sender_id}/{country}"

    def to_url(self, value: str) -> str:
        sender_id, _slash, country = str(value).partition("/")
        return f"{country}/{sender_id}"


register_converter(SenderIdPath, "sender")
