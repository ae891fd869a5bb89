"""Configuration sets and their defaults. Event destinations stand in event_destinations.py."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from messaging.caller import Caller
from messaging.errors import Conflict, Resource
from messaging.models import ConfigurationSet
from messaging.operations import quotas
from messaging.operations.registry import operation
from messaging.operations.tags import forget_tags, write_tags


def named_set(caller: Caller, configuration_set_name: str, *, lock: bool = False) -> ConfigurationSet:
    """The caller's configuration set by name or ARN. Raises NotFound."""
    return ConfigurationSet.objects.select_related("owner").named(caller, configuration_set_name, lock=lock)


@operation()
def create_configuration_set(
    caller: Caller, *, configuration_set_name: str, tags: Sequence[Mapping[str, str]] = ()
) -> ConfigurationSet:
    """Make a set without defaults and event destinations. Source: CreateConfigurationSet.

    Raises Conflict RESOURCE_ALREADY_EXISTS, OverQuota CONFIGURATION_SETS_PER_ACCOUNT.
    """
    quotas.need_account_room(caller, "CONFIGURATION_SETS")
    if ConfigurationSet.objects.for_caller(caller).filter(configuration_set_name=configuration_set_name).exists():
        raise Conflict(
            _("There is already a configuration set named “%(name)s”.") % {"name": configuration_set_name},
            reason="RESOURCE_ALREADY_EXISTS",
            resource=Resource("configuration-set", configuration_set_name),
            fields={"configuration_set_name": _("Choose a name that is not taken.")},
        )
    row = ConfigurationSet.objects.create(owner_id=caller.owner_id, configuration_set_name=configuration_set_name)
    write_tags(caller, row.arn, tags)
    return row


@operation()
def delete_configuration_set(caller: Caller, *, configuration_set_name: str) -> ConfigurationSet:
    """Delete a set with its event destinations and return it. Source: DeleteConfigurationSet. Raises NotFound."""
    row = named_set(caller, configuration_set_name, lock=True)
    kept = list(row.event_destinations.prefetch_related("event_types"))
    forget_tags(caller, row.arn)
    ConfigurationSet.objects.filter(pk=row.pk).delete()
    row._prefetched_objects_cache = {"event_destinations": kept}  # type: ignore[attr-defined]
    return row


@operation()
def set_default_message_type(caller: Caller, *, configuration_set_name: str, message_type: str) -> ConfigurationSet:
    """Set the message type of sends that name the set and no type. Source: SetDefaultMessageType. Raises NotFound."""
    return _changed(caller, configuration_set_name, default_message_type=message_type)


@operation()
def delete_default_message_type(caller: Caller, *, configuration_set_name: str) -> ConfigurationSet:
    """Drop the default message type. Source: DeleteDefaultMessageType. Raises NotFound.

    The row returned still has the type that was dropped, as the API answers it.
    """
    return _dropped(caller, configuration_set_name, "default_message_type")


@operation()
def set_default_sender_id(caller: Caller, *, configuration_set_name: str, sender_id: str) -> ConfigurationSet:
    """Set the sender ID for countries that support one and have no dedicated originator. Source: SetDefaultSenderId."""
    return _changed(caller, configuration_set_name, default_sender_id=sender_id)


@operation()
def delete_default_sender_id(caller: Caller, *, configuration_set_name: str) -> ConfigurationSet:
    """Drop the default sender ID. Source: DeleteDefaultSenderId. The row returned still has the ID that was dropped."""
    return _dropped(caller, configuration_set_name, "default_sender_id")


@operation()
def set_default_message_feedback_enabled(
    caller: Caller, *, configuration_set_name: str, message_feedback_enabled: bool
) -> ConfigurationSet:
    """Say whether sends that name the set await feedback. Source: SetDefaultMessageFeedbackEnabled. Raises NotFound."""
    return _changed(caller, configuration_set_name, default_message_feedback_enabled=message_feedback_enabled)


def _changed(caller: Caller, configuration_set_name: str, **values: object) -> ConfigurationSet:
    row = named_set(caller, configuration_set_name, lock=True)
    for field, value in values.items():
        setattr(row, field, value)
    row.save(update_fields=list(values))
    return row


def _dropped(caller: Caller, configuration_set_name: str, field: str) -> ConfigurationSet:
    row = named_set(caller, configuration_set_name, lock=True)
    ConfigurationSet.objects.filter(pk=row.pk).update(**{field: ""})
    return row
