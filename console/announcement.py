"""What `manage.py up` prints when it is ready."""

from django.utils.translation import gettext as _

from console.operations.bootstrap import Bootstrapped


def text(made: Bootstrapped, address: str, seconds: float) -> str:
    """The address, and on a first start who may sign in and how to call the API, ready to paste."""
    lines = [
        "",
        _("Switchboard is ready at %(address)s (%(seconds).1f s). Ctrl-C stops it.")
        % {"address": address, "seconds": seconds},
    ]
    lines += [*made.warnings, *(credentials(made, address) if made.first_start else ())]
    return "\n".join([*lines, ""])


def credentials(made: Bootstrapped, address: str) -> list[str]:
    """Administrator, access key and snippets. Secrets are named only here and only once."""
    password = made.one_time_password or _("(as given in SWITCHBOARD_ADMIN_PASSWORD)")
    secret = made.secret_access_key or _("(as given in SWITCHBOARD_SECRET_ACCESS_KEY)")
    shown = made.secret_access_key or "…"
    return [
        "",
        _("Sign in as %(user)s with the password %(password)s") % {"user": made.admin_user, "password": password},
        *(
            [_("It is asked to be changed at the first sign-in and is not shown again.")]
            if made.one_time_password
            else ()
        ),
        "",
        _("Account %(account)s in %(region)s") % {"account": made.account_id, "region": made.region},
        _("Access key ID      %(id)s") % {"id": made.access_key_id},
        _("Secret access key  %(secret)s") % {"secret": secret},
        "",
        _("With boto3:"),
        "",
        "  import boto3",
        "  sms = boto3.client(",
        '      "pinpoint-sms-voice-v2",',
        f'      endpoint_url="{address}",',
        f'      region_name="{made.region}",',
        f'      aws_access_key_id="{made.access_key_id}",',
        f'      aws_secret_access_key="{shown}",',
        "  )",
        "  print(sms.describe_account_attributes())",
        "",
        _("With the aws command line:"),
        "",
        f"  export AWS_ACCESS_KEY_ID={made.access_key_id} AWS_SECRET_ACCESS_KEY={shown} \\",
        f"    AWS_DEFAULT_REGION={made.region} AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2={address}",
        "  aws pinpoint-sms-voice-v2 describe-account-attributes",
    ]
