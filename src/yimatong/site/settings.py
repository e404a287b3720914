"""Django's settings, all of them from `environment()`; see docs/reference/settings.md for what can be set."""

from __future__ import annotations

from yimatong.core.macs import fingerprint
from yimatong.core.text import DEFAULT, FOLDERS, add_catalogues, languages
from yimatong.site.connections import databases
from yimatong.site.demo import read_accounts, read_days_back
from yimatong.site.environment import CHECKOUT, environment
from yimatong.site.home import keep_private
from yimatong.site.keys import kept_key
from yimatong.site.languages import code_of, known_by_its_own_name
from yimatong.site.logs import configure_structlog, logging_settings

ENVIRONMENT = environment()
keep_private(ENVIRONMENT.home)

SECRET_KEY = kept_key(ENVIRONMENT.secret_key, ENVIRONMENT.home / "secret-key", ENVIRONMENT)
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ENVIRONMENT.hosts

INSTALLED_APPS = [
    # Django's admin is not here and never will be: it writes past actions, audit and the second official.
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "yimatong.records",
    "yimatong.stations.declarations",
    "yimatong.stations.judgements",
    "yimatong.stations.notifications",
    "yimatong.stations.passes",
    "yimatong.stations.issuing",
    "yimatong.stations.checkpoints",
    "yimatong.stations.dispositions",
    "yimatong.stations.appeals",
    "yimatong.stations.audits",
    "yimatong.edges.web",
]
MIDDLEWARE = [
    "yimatong.site.middleware.RequestId",
    "yimatong.site.degradation.Degrading",
    "yimatong.site.middleware.BehindProxies",
    "yimatong.edges.web.phone.first.StripsFirst",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "yimatong.edges.web.everybody.bounds.Bounds",
    "yimatong.edges.web.everybody.officials.ActingOfficial",
    "yimatong.site.middleware.SecurityHeaders",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "yimatong.site.urls"
WSGI_APPLICATION = "yimatong.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]

DATABASES = databases(ENVIRONMENT)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "records.Official"
# Officials sign in by the database's function (records/actions/officials.py); nothing of Django's can.
AUTHENTICATION_BACKENDS: list[str] = []
PASSWORD_HASHERS: list[str] = []
YIMATONG_PASSWORD_WORK = 2**14
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "web:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "web:login"

if ENVIRONMENT.locales:
    add_catalogues(ENVIRONMENT.locales)
LOCALE_PATHS = FOLDERS[::-1]
LANGUAGES = [(code_of(tag), known_by_its_own_name(tag)) for tag in languages()]
LANGUAGE_CODE = code_of(DEFAULT)
TIME_ZONE = ENVIRONMENT.time_zone
USE_TZ = True

STATIC_URL = "/static/"
# The folder that the browser side is built into; a checkout whose pages were never built has none, and says so by itself.
STATICFILES_DIRS = [ENVIRONMENT.static] if ENVIRONMENT.static.is_dir() else []
# Files are served from where they are built, found once at start; nothing has to be collected.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_SAMESITE = "Strict"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.https else None
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"] if ENVIRONMENT.https else []
# An Excel of a whole district is taken in by the feeds, which read from disk; a form is small.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

LOGGING = logging_settings(ENVIRONMENT.log_level)
configure_structlog()

YIMATONG_IDENTITY_KEY = kept_key(ENVIRONMENT.identity_key, ENVIRONMENT.home / "identity-key", ENVIRONMENT)
YIMATONG_AUDIT_KEY = kept_key(ENVIRONMENT.audit_key, ENVIRONMENT.home / "audit-key", ENVIRONMENT)
# Compared with the city's before the database is used (records/installation.py).
YIMATONG_FINGERPRINTS = {
    "identity-key": fingerprint("identity-key", YIMATONG_IDENTITY_KEY.encode()),
    "secret-key": fingerprint("secret-key", SECRET_KEY.encode()),
    "audit-key": fingerprint("audit-key", YIMATONG_AUDIT_KEY.encode()),
}
# Read by the other parts, so that they ask Django's settings and never the environment.
YIMATONG_THREADS = ENVIRONMENT.threads
YIMATONG_HOME = ENVIRONMENT.home
YIMATONG_AUDIT_HEADS = ENVIRONMENT.audit_heads
YIMATONG_DISK_LOW = ENVIRONMENT.disk_low
YIMATONG_CHECKOUT = CHECKOUT
YIMATONG_POLICIES = ENVIRONMENT.policies
YIMATONG_POLICY = ENVIRONMENT.policy
YIMATONG_CITY = ENVIRONMENT.city
YIMATONG_PROXIES = ENVIRONMENT.proxies
YIMATONG_LOOKS = ENVIRONMENT.looks
YIMATONG_NIGHT = ENVIRONMENT.night
YIMATONG_ENGINE = ENVIRONMENT.engine
YIMATONG_SPARK_MASTER = ENVIRONMENT.spark_master
YIMATONG_SPARK_CONF = ENVIRONMENT.spark_conf
YIMATONG_DAYS_BACK = read_days_back(ENVIRONMENT.home) if ENVIRONMENT.days_back is None else ENVIRONMENT.days_back
YIMATONG_STRIP_DAYS = ENVIRONMENT.strip_days
YIMATONG_FORM_OFF = frozenset(ENVIRONMENT.form_off)
YIMATONG_DEPENDANTS = ENVIRONMENT.dependants
YIMATONG_SMS = ENVIRONMENT.sms
YIMATONG_SMS_GATEWAY = tuple(ENVIRONMENT.sms_gateway)
YIMATONG_SMS_KEY = ENVIRONMENT.sms_key
YIMATONG_DEMO_ACCOUNTS = read_accounts(ENVIRONMENT.home) if ENVIRONMENT.demo else ()
