"""Keywords on phone numbers and pools. Rules: keywords.json (guide 2560-2770)."""

import re
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Invalid, NotFound, Resource
from messaging.models import Keyword, NumberType, PhoneNumber, Pool
from messaging.operations import quotas
from messaging.operations.identities import keyword_holder
from messaging.operations.registry import operation
from messaging.reference import opt_out_keywords, required_keywords

HELP, STOP = "HELP", "STOP"
REQUIRED = (HELP, STOP)
REPLY_MAX = 1600  # keywords.json, rule response-length
SHAPE = re.compile(r"\S(?:[ \S]{0,28}\S)?")  # keywords.json, rule no-outer-space


@dataclass(frozen=True, slots=True)
class KeywordOn:
    """A keyword and the identity that it stands on, as the API answers it."""

    origination_identity_arn: str
    origination_identity: str
    keyword: str
    keyword_message: str
    keyword_action: str

    @property
    def arn(self) -> str:
        return self.origination_identity_arn


def add_required_keywords(holder: PhoneNumber | Pool) -> None:
    """Give a new number or pool its HELP and STOP."""
    Keyword.objects.bulk_create(
        Keyword(**_on(holder), keyword=row.keyword, keyword_action=row.action, keyword_message=row.reply)
        for row in required_keywords().values()
    )


def copy_keywords(source: PhoneNumber, target: Pool) -> None:
    """Give a new pool the keywords of its first number."""
    Keyword.objects.bulk_create(
        Keyword(
            pool=target, keyword=row.keyword, keyword_action=row.keyword_action, keyword_message=row.keyword_message
        )
        for row in source.keywords.all()
    )


def same_keywords(number: PhoneNumber, pool: Pool) -> bool:
    """Whether number and pool answer alike (pool.match)."""
    fields = ("keyword", "keyword_action", "keyword_message")
    return set(number.keywords.values_list(*fields)) == set(pool.keywords.values_list(*fields))


def keywords_of(holder: PhoneNumber | Pool) -> QuerySet[Keyword]:
    """The keywords that stand on a number or pool, by word."""
    return Keyword.objects.filter(**_on(holder)).order_by("keyword")


@operation()
def put_keyword(
    caller: Caller,
    *,
    origination_identity: str,
    keyword: str,
    keyword_message: str,
    keyword_action: str = Keyword.Action.AUTOMATIC_RESPONSE,
) -> KeywordOn:
    """Add a keyword or replace the one that is there. Source: PutKeyword.

    Raises NotFound, Invalid; Conflict PHONE_NUMBER_ASSOCIATED_TO_POOL (a pool owns the keywords of its numbers),
    RESOURCE_MODIFICATION_NOT_ALLOWED (toll-free HELP and STOP, or another action for a required keyword);
    OverQuota KEYWORDS_PER_PHONE_NUMBER or KEYWORDS_PER_POOL.
    """
    holder = _changeable_holder(caller, origination_identity)
    word = _checked(keyword)
    if not keyword_message.strip() or len(keyword_message) > REPLY_MAX:
        raise Invalid(
            _("A reply has 1 to %(allowed)s characters and is not only white space.") % {"allowed": REPLY_MAX},
            fields={"keyword_message": _("Write 1 to %(allowed)s characters.") % {"allowed": REPLY_MAX}},
        )
    _check_required(holder, word, keyword_action)
    rows = Keyword.objects.filter(**_on(holder))
    row = rows.filter(keyword=word).first()
    if row is None:
        quota = quotas.KEYWORDS_PER_POOL if isinstance(holder, Pool) else quotas.KEYWORDS_PER_NUMBER
        quotas.need_room(caller, quota, rows.count)
        row = Keyword(**_on(holder), keyword=word)
    row.keyword_message, row.keyword_action = keyword_message, keyword_action
    row.save()
    return _presented(holder, row)


@operation()
def delete_keyword(caller: Caller, *, origination_identity: str, keyword: str) -> KeywordOn:
    """Remove a keyword and return it as it was. Source: DeleteKeyword.

    Raises NotFound; Conflict RESOURCE_DELETION_NOT_ALLOWED for HELP, STOP, PHONE_NUMBER_ASSOCIATED_TO_POOL.
    """
    holder = _changeable_holder(caller, origination_identity)
    word = keyword.strip().upper()
    if word in REQUIRED:
        raise Conflict(
            _("The keyword %(keyword)s is required and cannot be deleted.") % {"keyword": word},
            reason="RESOURCE_DELETION_NOT_ALLOWED",
            resource=Resource("keyword", word),
            next_step=_("Change its reply instead."),
        )
    row = Keyword.objects.filter(**_on(holder), keyword=word).first()
    if row is None:
        raise NotFound("keyword", keyword)
    Keyword.objects.filter(pk=row.pk).delete()
    return _presented(holder, row)


def matching(holder: PhoneNumber | Pool, body: str) -> Keyword | None:
    """The keyword that an inbound text begins with (first words, case ignored, longest first), or None."""
    text = " ".join(body.upper().split())
    rows = sorted(Keyword.objects.filter(**_on(holder)), key=lambda row: -len(row.keyword))
    for row in rows:
        if re.match(rf"{re.escape(row.keyword)}(?![\w-])", text):
            return row
    first = re.match(r"[\w-]+", text)
    # The opt-out words that carriers require work like STOP wherever no keyword of the same name says otherwise.
    if first and first.group() in opt_out_keywords():
        return next((row for row in rows if row.keyword == STOP), None)
    return None


def _changeable_holder(caller: Caller, origination_identity: str) -> PhoneNumber | Pool:
    """The holder, locked: a number joins a pool only with the keywords that the pool has then."""
    holder = keyword_holder(caller, origination_identity, lock=True)
    if isinstance(holder, PhoneNumber) and holder.pool_id:
        raise Conflict(
            _("The phone number is in a pool, and a pool owns the keywords of its numbers."),
            reason="PHONE_NUMBER_ASSOCIATED_TO_POOL",
            resource=Resource("pool", holder.pool.pool_id if holder.pool else ""),
            next_step=_("Change the keyword on the pool."),
        )
    return holder


def _checked(keyword: str) -> str:
    if not SHAPE.fullmatch(keyword):
        raise Invalid(
            _("“%(keyword)s” cannot be a keyword.") % {"keyword": keyword},
            fields={"keyword": _("A keyword has 1 to 30 characters and no space at either end.")},
        )
    return keyword.upper()


def _check_required(holder: PhoneNumber | Pool, word: str, action: str) -> None:
    toll_free = isinstance(holder, PhoneNumber) and holder.number_type == NumberType.TOLL_FREE
    if toll_free and (word in REQUIRED or action == Keyword.Action.OPT_OUT):
        raise Conflict(
            _(
                "On US toll-free numbers the carrier network answers HELP and STOP: "
                "opt-out keywords cannot be changed or added."
            ),
            reason="RESOURCE_MODIFICATION_NOT_ALLOWED",
            resource=Resource("keyword", word),
            next_step=_("You may add START or UNSTOP with the action OPT_IN."),
        )
    if word in REQUIRED and action != required_keywords()[word].action:
        raise Conflict(
            _("The keyword %(keyword)s is required and keeps its action %(action)s.")
            % {"keyword": word, "action": required_keywords()[word].action},
            reason="RESOURCE_MODIFICATION_NOT_ALLOWED",
            resource=Resource("keyword", word),
            next_step=_("Change only its reply."),
        )


def _on(holder: PhoneNumber | Pool) -> dict[str, PhoneNumber | Pool]:
    return {"pool" if isinstance(holder, Pool) else "phone_number": holder}


def _presented(holder: PhoneNumber | Pool, row: Keyword) -> KeywordOn:
    return KeywordOn(holder.arn, holder.name, row.keyword, row.keyword_message, row.keyword_action)
