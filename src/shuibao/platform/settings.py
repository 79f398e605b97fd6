"""Django's settings, all from the environment (docs/operations/settings.md lists the variables)."""

from pathlib import Path

from csp.constants import NONE, SELF

from shuibao.platform import environment
from shuibao.platform.accounts.policy import policy

HERE = Path(__file__).resolve().parent

# Where everything lives: database, files by hash, products, tiles, cache. The first three are backed up.
DATA = environment.folder("SHUIBAO_DATA")
FILES, PRODUCTS, TILES, CACHE = (DATA / name for name in ("files", "products", "tiles", "cache"))

DEMO = environment.flag("SHUIBAO_DEMO")
DEBUG = environment.flag("SHUIBAO_DEBUG")
SECRET_KEY = environment.text("SHUIBAO_SECRET_KEY")
ALLOWED_HOSTS = environment.names("SHUIBAO_HOSTS", "127.0.0.1,localhost")
HTTPS = environment.flag("SHUIBAO_HTTPS", "no" if DEMO else "yes")

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "shuibao.platform.accounts",  # before allauth: our pages take the place of its
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_tables2",
    "django_tasks",
    "django_tasks_db",
    "import_export",
    "ninja",
    "rules.apps.AutodiscoverRulesConfig",
    "simple_history",
    "shuibao.platform.home",
    "shuibao.platform.core",
    "shuibao.platform.registers",
    "shuibao.platform.registers.importing",
    "shuibao.platform.notices",
    "shuibao.platform.todo",
    "shuibao.platform.rulebook",
    "shuibao.platform.upkeep",
    "shuibao.platform.jobs",
    "shuibao.platform.monitoring",
    "shuibao.platform.onemap",
    "shuibao.platform.api",
    "shuibao.platform.goals",
]

MIDDLEWARE = [
    "shuibao.platform.home.request_id.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shuibao.platform.accounts.middleware.presence",
    "shuibao.platform.accounts.middleware.second_factor",
    "simple_history.middleware.HistoryRequestMiddleware",
    "shuibao.platform.home.problems.Problems",
]

ROOT_URLCONF = "shuibao.platform.urls"
WSGI_APPLICATION = "shuibao.platform.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shuibao.platform.notices.context.bell",
                "shuibao.platform.home.context.shell",
            ],
        },
    },
]

DATABASES = {"default": environment.database("DATABASE_URL", DATA / "shuibao.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entry"},
}
TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["duty", "work"]},
}
JOB_HEARTBEAT_S = 3
JOB_SILENT_S = 45  # longer than a write may wait for SQLite's lock (20 s), twice

# Accounts: the numbers are rules (rules/accounts.toml), the requirements GB/T 22239-2019 level 3.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": policy().password_length},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "shuibao.platform.accounts.passwords.KindsValidator",
        "OPTIONS": {"kinds": policy().password_kinds},
    },
]
PASSWORD_RESET_TIMEOUT = policy().invitation_hours * 3600
SESSION_COOKIE_AGE = policy().idle_minutes * 60
FIELD_KEYS = environment.names("SHUIBAO_FIELD_KEY", "")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "shuibao.platform.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "shuibao.platform.accounts.signin_forms.SignInForm",
    "reauthenticate": "shuibao.platform.accounts.signin_forms.PasswordAgainForm",
    "change_password": "shuibao.platform.accounts.signin_forms.NewPasswordForm",
    "reset_password_from_key": "shuibao.platform.accounts.signin_forms.FirstPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_RATE_LIMITS = {"login_failed": policy().failed_sign_ins}
ACCOUNT_SESSION_REMEMBER = False  # office machines are shared: closing the browser signs out
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
MFA_ADAPTER = "shuibao.platform.accounts.adapter.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "shuibao.platform.accounts.signin_forms.CodeForm",
    "reauthenticate": "shuibao.platform.accounts.signin_forms.CodeAgainForm",
    "activate_totp": "shuibao.platform.accounts.signin_forms.FirstCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "水保"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s by which a telephone's clock may be off

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = CACHE / "static"
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "shuibao.platform.statics.HashedFiles"},
}
CSRF_FAILURE_VIEW = "shuibao.platform.home.problems.forged"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "shuibao.platform.home.request_id.InLog"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["request_id"], "formatter": "line"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
MEDIA_ROOT = FILES

SECURE_SSL_REDIRECT = False  # the proxy before us does that; a health check over plain HTTP must answer
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and host != "*"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "worker-src": [SELF, "blob:"],
    },
}

# Messages. What is not set cannot send; `shuibao check` and the message itself say so.
PUBLIC_URL = environment.text("SHUIBAO_URL", "").rstrip("/")
MAIL = environment.mail("SHUIBAO_EMAIL_URL")
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.is_encrypted, MAIL.is_upgraded
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("SHUIBAO_EMAIL_FROM", "shuibao@localhost")
MESSAGE_GATEWAYS = {
    channel: (
        environment.text(f"SHUIBAO_{channel.upper()}_URL", ""),
        environment.text(f"SHUIBAO_{channel.upper()}_SECRET", ""),
    )
    for channel in ("sms", "voice", "wecom")
}

# Attachments: the largest file taken, and where previews are kept (they are made again when missing).
ATTACHMENT_BYTES = environment.whole("SHUIBAO_ATTACHMENT_MB", 100) << 20
PREVIEWS = CACHE / "previews"

# The interface for programs: requests a minute of one token (or person), and of one address.
API_PER_MINUTE = {"token": 600, "address": 1200}

# The map. Without a key of 天地图 its layers are shown as not configured; the key never leaves the server.
TIANDITU_KEY = environment.text("SHUIBAO_TIANDITU_KEY", "")
