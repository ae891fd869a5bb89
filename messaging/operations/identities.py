"""Finding origination identities by id, ARN or number."""

from messaging.caller import Caller
from messaging.errors import NotFound
from messaging.models import PhoneNumber, Pool


def phone_number_named(caller: Caller, given: str, *, lock: bool = False) -> PhoneNumber | None:
    """The caller's phone number by phone-… id, ARN or E.164 number, or None."""
    rows = PhoneNumber.objects.for_caller(caller).select_related("owner", "opt_out_list", "pool__opt_out_list")
    if lock:
        rows = rows.select_for_update(of=("self",))
    if given.startswith("+") or given.isdigit():
        digits = given.lstrip("+")  # a short code is kept without a plus
        return rows.filter(phone_number__in=(f"+{digits}", digits)).first()
    return rows.filter(phone_number_id=PhoneNumber.name_in(caller, given)).first()


def pool_named(caller: Caller, given: str, *, lock: bool = False) -> Pool | None:
    """The caller's pool by pool-… id or ARN, or None."""
    rows = Pool.objects.for_caller(caller).select_related("owner", "opt_out_list")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.filter(pool_id=Pool.name_in(caller, given)).first()


def keyword_holder(caller: Caller, origination_identity: str, *, lock: bool = False) -> PhoneNumber | Pool:
    """The phone number or pool that keywords stand on. Raises NotFound."""
    found = phone_number_named(caller, origination_identity, lock=lock) or pool_named(
        caller, origination_identity, lock=lock
    )
    if found is None:
        kind = "pool" if "pool" in origination_identity else "phone-number"
        raise NotFound(kind, origination_identity)
    return found
