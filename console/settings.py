"""Settings, read from typed environment variables (README, “Settings”)."""

import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from console.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
environment = Environment()

DEBUG = environment.flag("SWITCHBOARD_DEBUG", False)
DATA_DIR = environment.path("SWITCHBOARD_DATA_DIR", BASE_DIR / ".data")
PORT = environment.number("PORT", 8000, low=1, high=65535)
EMBEDDED = not environment.text("CELERY_BROKER_URL")


def secret_key() -> str:
    """The variable, or a key kept in the data directory, made on first start and readable by its owner only."""
    given = environment.text("SWITCHBOARD_SECRET_KEY")
    if given:
        return given
    path = DATA_DIR / "secret_key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()


SECRET_KEY = secret_key()
SECRET_KEY_FALLBACKS = environment.words("SWITCHBOARD_SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = environment.words(
    "SWITCHBOARD_ALLOWED_HOSTS", ["*"] if EMBEDDED else ["localhost", "127.0.0.1", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = environment.words("SWITCHBOARD_TRUSTED_ORIGINS", [])
SECURE = environment.flag("SWITCHBOARD_SECURE", False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_filters",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "messaging",
    "registrations",
    "console",
]

MIDDLEWARE = [
    "console.wire.middleware.WireMiddleware",
    "console.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "console.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "console.middleware.ConsoleMiddleware",
]

ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials", "console.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "console.shell.context",
            ],
            # Partials outside, then the cache, then the places.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
        },
    }
]
FORM_RENDERER = "console.forms.renderer.ConsoleFormRenderer"

DATABASE_URL = environment.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'switchboard.sqlite3'}")
try:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=None, conn_health_checks=False)}
except (ValueError, KeyError) as error:
    raise ImproperlyConfigured(
        f"DATABASE_URL is malformed: expected postgresql://user:password@host/name or sqlite:///path ({error})."
    ) from error
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        # FULL: an answered message id survives the loss of power, not only of the process. A checkpoint each 16 MB: the
        # pages that every send writes reach the database file a quarter as often as after SQLite's own 4 MB.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; "
        "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # The statements of every send are prepared at once (messaging/batches.py); those of the ORM never are.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("prepare_threshold", 0)

CELERY_BROKER_URL = environment.text("CELERY_BROKER_URL", "memory://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "switchboard"

if CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CELERY_BROKER_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

SWITCHBOARD_RATE_QUOTAS = environment.flag("SWITCHBOARD_RATE_QUOTAS", False)
SWITCHBOARD_THROUGHPUT = environment.flag("SWITCHBOARD_THROUGHPUT", True)
SWITCHBOARD_ALLOW_LOCAL_TARGETS = environment.flag("SWITCHBOARD_ALLOW_LOCAL_TARGETS", False)
# Which services behind event destinations (and media) are reached elsewhere, unless an account says otherwise.
SWITCHBOARD_CONNECT = environment.choices("SWITCHBOARD_CONNECT", ["LOGS", "FIREHOSE", "SNS", "S3"])
SWITCHBOARD_CONNECT_ENDPOINT_URL = environment.text("SWITCHBOARD_CONNECT_ENDPOINT_URL")
SWITCHBOARD_CONNECT_REGION = environment.text("SWITCHBOARD_CONNECT_REGION")
SWITCHBOARD_CONNECT_ACCESS_KEY_ID = environment.text("SWITCHBOARD_CONNECT_ACCESS_KEY_ID")
SWITCHBOARD_CONNECT_SECRET_ACCESS_KEY = environment.text("SWITCHBOARD_CONNECT_SECRET_ACCESS_KEY")
if SWITCHBOARD_CONNECT and not (SWITCHBOARD_CONNECT_ACCESS_KEY_ID and SWITCHBOARD_CONNECT_SECRET_ACCESS_KEY):
    raise ImproperlyConfigured(
        "SWITCHBOARD_CONNECT needs SWITCHBOARD_CONNECT_ACCESS_KEY_ID and SWITCHBOARD_CONNECT_SECRET_ACCESS_KEY."
    )
SWITCHBOARD_REQUIRE_MFA = environment.choices(
    "SWITCHBOARD_REQUIRE_MFA", ["VIEWER", "OPERATOR", "REVIEWER", "ADMINISTRATOR"]
)

AUTHENTICATION_BACKENDS = ["console.backends.SignInBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "console.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_USERNAME_MIN_LENGTH = 1
ACCOUNT_FORMS = {
    "change_password": "console.forms.account.ChangePasswordForm",
    "login": "console.forms.account.LoginForm",
}
# Attempts per address and, for failed ones, per user name too; the page says how long to wait.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/300s/key"}
# How many proxies in front of the server write X-Forwarded-For; without one the header is not believed.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("SWITCHBOARD_TRUSTED_PROXIES", 0, high=10)
MFA_ADAPTER = "console.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or not SECURE
MFA_TOTP_ISSUER = "Switchboard"
MFA_TOTP_TOLERANCE = 1
# console.middleware notes when a session was last seen, every few minutes instead of on every request.
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "console.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "switchboard_session"
SESSION_COOKIE_AGE = environment.number("SWITCHBOARD_SESSION_HOURS", 24 * 14, low=1, high=24 * 365) * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "switchboard_csrf"
CSRF_FAILURE_VIEW = "console.views.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("id", _("Indonesian")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "console" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = DEBUG

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"switchboard": {"level": "INFO"}, "console": {"level": "INFO"}, "messaging": {"level": "INFO"}},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
# A file of a million numbers with a few columns beside them; what is larger is refused after its upload.
SWITCHBOARD_IMPORT_MAX_BYTES = environment.number("SWITCHBOARD_IMPORT_MAX_MIB", 64, low=1, high=1024) * 1024 * 1024
# Media of MMS in built-in storage. A file may be larger than an MMS carries, so that programs can meet that refusal.
SWITCHBOARD_MEDIA_MAX_BYTES = environment.number("SWITCHBOARD_MEDIA_MAX_MIB", 5, low=1, high=64) * 1024 * 1024
SWITCHBOARD_MEDIA_QUOTA_BYTES = environment.number("SWITCHBOARD_MEDIA_QUOTA_MIB", 256, low=1, high=65536) * 1024 * 1024
