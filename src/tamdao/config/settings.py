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
    "tamdao.kit",
    "tamdao.core.ledger",
    "tamdao.core.jobs",
    "tamdao.core.units",
    "tamdao.core.people",
    "tamdao.core.accounts",
    "tamdao.core.files",
    "tamdao.core.packs",
    "tamdao.facts",
    "tamdao.modules.scoring",
    "tamdao.modules.ioc",
]

MIDDLEWARE = [
    "tamdao.config.middleware.ServerTimingMiddleware",
    "tamdao.config.methods.ApiMethodMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "tamdao.kit.web.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tamdao.config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tamdao.config.middleware.ActingMiddleware",
    "tamdao.config.etag.ApiETagMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tamdao.config.middleware.DomainErrorMiddleware",
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

# --- people ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# kit guards every route with this function and so never imports core
TAMDAO_ACCESS_POLICY = "tamdao.core.people.access.can"

# --- ledger ------------------------------------------------------------------------------------------------
TAMDAO_SEALING_HOURS = env.read_int("TAMDAO_SEALING_HOURS")
TAMDAO_WITNESS_DIR = env.read_path("TAMDAO_WITNESS_DIR")
TAMDAO_WITNESS_EMAIL = env.read_list("TAMDAO_WITNESS_EMAIL")
TAMDAO_SMTP_URL = env.read("TAMDAO_SMTP_URL")

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

# --- protection of the browser -----------------------------------------------------------------------------
_HTTPS = env.read_bool("TAMDAO_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

# --- log ---------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.read("TAMDAO_LOG_LEVEL").upper()},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}
