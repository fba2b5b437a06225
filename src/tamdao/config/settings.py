"""Django settings of an instance. Everything that differs between instances comes from `config.env`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tamdao.config import env

PACKAGE = Path(__file__).resolve().parents[1]
TAMDAO_HOME = env.home()

DEBUG = env.read_bool("TAMDAO_DEBUG")
SECRET_KEY = env.secret_key()
ALLOWED_HOSTS = env.read_list("TAMDAO_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.read_list("TAMDAO_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks_db",
    "tamdao.kit",
    "tamdao.core.ledger",
    "tamdao.core.jobs",
    "tamdao.core.units",
    "tamdao.core.calendar",
    "tamdao.core.people",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "tamdao.core.accounts",
    "tamdao.core.files",
    "tamdao.core.packs",
    "tamdao.facts",
    "tamdao.modules.scoring",
    "tamdao.modules.ioc",
]

MIDDLEWARE = [
    "tamdao.config.middleware.ServerTimingMiddleware",
    "tamdao.config.methods.TraceMiddleware",
    "tamdao.config.crowding.CrowdingMiddleware",
    "tamdao.config.methods.ApiMethodMiddleware",
    "tamdao.config.methods.ApiTransportMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tamdao.kit.web.cookies.HostCookieMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "tamdao.kit.web.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tamdao.config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tamdao.core.accounts.middleware.SessionMiddleware",
    # inside the one above, which ends sessions: whoever was signed out by it is nobody
    "tamdao.config.middleware.ActingMiddleware",
    "tamdao.core.people.middleware.RowsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tamdao.config.etag.ApiETagMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tamdao.config.middleware.DomainErrorMiddleware",
    # innermost: what it keeps and repeats is the finished answer of the view
    "tamdao.config.once.OnceMiddleware",
]

ROOT_URLCONF = "tamdao.config.urls"
WSGI_APPLICATION = "tamdao.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tamdao.kit.context_processors.page",
            ],
        },
    }
]

# --- records -----------------------------------------------------------------------------------------------
DATABASES = {"default": env.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- background work, outbox, repetition -------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
TAMDAO_SMTP_URL = env.smtp_url()
TAMDAO_OUTBOX_TRIES = env.read_int("TAMDAO_OUTBOX_TRIES")
TAMDAO_OUTBOX_DAYS = env.read_int("TAMDAO_OUTBOX_DAYS")
TAMDAO_KEYS_HOURS = env.read_int("TAMDAO_KEYS_HOURS")

# --- people and signing in ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    # the lock stands before every password check
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "tamdao.core.accounts.passwords.ObviousPasswordValidator"},
]
SECOND_FACTOR_ROLES = [role for role in env.read_list("TAMDAO_SECOND_FACTOR_ROLES") if role != "none"]
PROXY_COUNT = env.read_int("TAMDAO_PROXY_COUNT", least=0)

# people have a user name and no e-mail address; nobody signs up
ACCOUNT_ADAPTER = "tamdao.core.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "tamdao.core.accounts.web.forms.SignInForm",
    "reauthenticate": "tamdao.core.accounts.web.forms.PasswordAgainForm",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_LOGIN_TIMEOUT = 600
# its limits live in the memory of one process; ours (core.accounts) stand in the database and hold for all of them
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_ADAPTER = "tamdao.core.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "tamdao.core.accounts.web.forms.CodeForm",
    "reauthenticate": "tamdao.core.accounts.web.forms.CodeAgainForm",
    "activate_totp": "tamdao.core.accounts.web.forms.ActivateTotpForm",
    "authenticate_webauthn": "tamdao.core.accounts.web.forms.PasskeyForm",
    "reauthenticate_webauthn": "tamdao.core.accounts.web.forms.PasskeyAgainForm",
    "add_webauthn": "tamdao.core.accounts.web.forms.AddPasskeyForm",
}
MFA_TOTP_ISSUER = "Tam Đảo"
# clocks of phones in communes drift; a code is good once, whatever the tolerance
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True

AXES_HANDLER = "tamdao.core.accounts.locking.LockHandler"
AXES_CLIENT_IP_CALLABLE = "tamdao.core.accounts.locking.client_network"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_VERBOSE = False

OIDC_ISSUER = env.read("TAMDAO_OIDC_ISSUER").rstrip("/")
OIDC_CLIENT_ID = env.read("TAMDAO_OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.read("TAMDAO_OIDC_CLIENT_SECRET")
OIDC_CA = env.read("TAMDAO_OIDC_CA")
OIDC_LABEL = env.read("TAMDAO_OIDC_LABEL")

# kit guards every route with this function and so never imports core
TAMDAO_ACCESS_POLICY = "tamdao.core.people.access.can"

# --- ledger ------------------------------------------------------------------------------------------------
TAMDAO_SEALING_HOURS = env.read_int("TAMDAO_SEALING_HOURS")
TAMDAO_WITNESS_DIR = env.read_path("TAMDAO_WITNESS_DIR")
TAMDAO_WITNESS_EMAIL = env.read_list("TAMDAO_WITNESS_EMAIL")
TAMDAO_WITNESS_HOSTS = env.read_list("TAMDAO_WITNESS_HOSTS")
TAMDAO_WITNESS_CA = env.read_path("TAMDAO_WITNESS_CA")
TAMDAO_WITNESS_TSA = env.read("TAMDAO_WITNESS_TSA")
TAMDAO_WITNESS_TSA_CA = env.read_path("TAMDAO_WITNESS_TSA_CA")

# --- words, numbers, time ----------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
# numbers are grouped by the filters of kit; a global separator would turn the year 2024 into 2.024
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- static files ------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = TAMDAO_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = TAMDAO_HOME / "files"
# where clamd listens; "" = files that come in are judged, but by no virus scanner
CLAMD = env.clamd()

# --- protection of the browser -----------------------------------------------------------------------------
_HTTPS = env.read_bool("TAMDAO_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# seconds; enforced on the server by core.accounts.middleware
SESSION_IDLE = env.read_int("TAMDAO_SESSION_IDLE_MINUTES") * 60
SESSION_COOKIE_AGE = env.read_int("TAMDAO_SESSION_HOURS") * 3600
# no script reads it: forms carry their token
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    # the list built into browsers is a decision of the owner of the domain, made outside this program
    "security.W021",
    # the sign-in page itself says until when it is locked; the middleware would replace it by a bare answer
    "axes.W002",
]

# --- log ---------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "tamdao.config.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.read("TAMDAO_LOG_LEVEL").upper()},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}
