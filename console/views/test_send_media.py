"""Test sending of MMS: a media file, uploaded on the way or chosen, and a text; check before sending, send."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.callers import caller_of
from console.content_help import MEND, shown, subject_of
from console.forms.test_send import number_as_sent
from console.forms.test_send_media import BODY_MAX, MediaSendForm
from console.fragments import page, target_of
from console.held_uploads import let_go, posted
from console.media import Shown, shown_file
from console.preview import text_in
from console.sending import RECIPIENT, REQUEST_NUMBER, SEND, TestSend
from console.views.media import stored
from messaging.advice import advice_on
from messaging.errors import Refusal
from messaging.operations.media import describe_media_files
from messaging.operations.media_fetch import built_in
from messaging.operations.media_sending import check_media_message, send_media_message

UPLOAD = "upload_file"
OFFERED = 50  # of the newest files; any other is named by its address


class MediaSending(TestSend):
    """One request of the page for MMS."""

    channel = "MMS"
    url_name = "test-send-media"
    form_class = MediaSendForm
    title = gettext_lazy("Test MMS sending")
    purpose = gettext_lazy("Send one message with a picture, sound, film or document.")
    check_message = check_media_message
    send_message = send_media_message
    option_fields = ("configuration_set_name", "protect_configuration_id", "time_to_live", "max_price", "dry_run")
    simple = ("destination_phone_number", "origination_identity", "message_body", "media_urls", *option_fields)

    def _first(self) -> dict[str, Any]:
        first = super()._first()
        urls = first.get("media_urls") or [self.request.GET.get("media", "")]
        return {**first, "media_urls": urls[0]}

    def __init__(self, request: HttpRequest, *, explaining: bool = False) -> None:
        self.files = posted(request)[1] if request.method == "POST" else MultiValueDict()
        super().__init__(request, explaining=explaining)

    def read(self, *, bound: bool) -> None:
        super().read(bound=bound)
        self.form.files = self.files

    def take_upload(self, *, alone: bool = False) -> None:
        """Put a file that came along into the storage, and its address into the form; what is refused stands there.

        Not while something else of the form is wrong, unless nothing but the file was asked for (alone).
        """
        self.read(bound=True)
        if not self.files.get("upload"):
            return
        if "upload" in self.form.errors or (self.form.errors and not alone):
            self.status = 422
            return
        try:
            row = stored(self.caller, self.form.cleaned_data["upload"])
        except Refusal as refusal:
            self.refusal, self.status = refusal, 422
            self.form.add_error("upload", str(refusal.message))
            return
        # The address stands in the form from now on, so that the file comes only once.
        self.data = typed = self.request.POST.copy()
        typed["media_urls"] = self.initial["media_urls"] = row.url
        del self.files["upload"]
        let_go(self.request)

    def upload(self) -> None:
        """Only take the file."""
        self.take_upload(alone=True)
        if self.status == 200:
            self.read(bound=False)

    def check(self) -> None:
        self.take_upload()
        if self.refusal is None:
            super().check()

    @property
    def chosen(self) -> Shown | None:
        """The file that the message would carry, when it is in a built-in bucket."""
        url = self.initial.get("media_urls", "")
        place = (self.caller.owner_id, url)
        row = built_in([place]).get(place) if url else None
        return shown_file(self.caller, row) if row else None

    @property
    def context(self) -> dict[str, Any]:
        return {
            **super().context,
            "chosen": self.chosen,
            "files": describe_media_files(self.caller)[:OFFERED],
            "counted": {"characters": len(self.initial.get("message_body") or ""), "most": BODY_MAX},
            "can_upload": self.caller.may("PutMediaFile"),
        }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def test_send_media(request: HttpRequest) -> HttpResponse:
    """The form; its buttons check, send, upload a file, request a number or choose a recipient."""
    caller_of(request).require("SendMediaMessage")
    if target_of(request) == "body-count":
        body = text_in(request.POST.get("message_body", ""))
        destination = number_as_sent(request.POST.get("destination_phone_number", ""))
        about = subject_of(request.POST, body, destination=destination, channel="MMS")
        context = {
            "counted": {"characters": len(body), "most": BODY_MAX},
            "advice": shown(advice_on(about)),
            "live_advice": True,
            "mend_url": request.path,
            "mend_target": "#test-send",
        }
        return page(request, "test_send/media.html", context, fragment="count")
    sending = MediaSending(request)
    data: Mapping[str, Any] = request.POST
    if target_of(request) == "senders":
        return page(request, "test_send/media.html", sending.context, fragment="senders")
    if REQUEST_NUMBER in data:
        sending.request_number()
    elif UPLOAD in data:
        sending.upload()
    elif SEND in data:
        answer = sending.send()
        if answer is not None:
            return answer
    elif request.method == "POST" and RECIPIENT not in data and MEND not in data:
        sending.check()
    return page(request, "test_send/media.html", sending.context, fragment="form", status=sending.status)


scoped_urlpatterns = [path("test-send/media/", test_send_media, name="test-send-media")]
