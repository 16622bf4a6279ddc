"""All settings, read from the environment. What a dealer may change is a registered setting in the database."""

from csp.constants import NONCE, NONE, SELF

from dengta.config import env, logs, postgres

ROOMS = ["core", "org", "studio", "work", "connect", "customers", "market", "vehicles", "leads"]

HOME = env.home()
DEBUG = env.flag("DENGTA_DEBUG", False)
SECRET_KEY = env.secret("DENGTA_SECRET_KEY", "secret_key")
DATA_KEY = env.secret("DENGTA_DATA_KEY", "data_key")  # seals contact values; lost key, lost values
ALLOWED_HOSTS = env.words("DENGTA_HOSTS", "*")
CSRF_TRUSTED_ORIGINS = env.words("DENGTA_ORIGINS")
BEHIND_TLS = env.flag("DENGTA_TLS", False)

INSTALLED_APPS = [
    *(f"dengta.{room}" for room in sorted(ROOMS, key="core".__eq__)),  # core last: it registers what all offer
    "dengta.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "dengta.config.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "dengta.org.middleware.OpenScope",
]

ROOT_URLCONF = "dengta.config.urls"
WSGI_APPLICATION = "dengta.config.wsgi.application"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.template.context_processors.i18n",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "csp.context_processors.nonce",
        "dengta.core.context.frame",
    ]},
}]

# -- database ----------------------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL") or postgres.ensure(HOME)  # embedded unless told otherwise
DATABASES = {"default": env.database(DATABASE_URL)}
DATABASES["default"] |= {"CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False,
                         "TEST": {"NAME": env.text("DENGTA_TEST_DB", "test_dengta")}}
if env.flag("DENGTA_DATABASE_POOL", True):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": env.number("DENGTA_DATABASE_POOL_SIZE", 12),
                                               "timeout": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}

# The only references from core upwards, named here the way Django names its user model.
DENGTA_GROUP = "org.Group"
DENGTA_STORE = "org.Store"
DENGTA_EMPLOYEE = "org.Employee"
AUTH_USER_MODEL = "org.Account"

# -- languages and time ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "dengta_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# -- login -------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "dengta.org.middleware.LoginAdapter"
ACCOUNT_FORMS = {"login": "dengta.org.forms.LoginForm", "change_password": "dengta.org.forms.ChangePasswordForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/m/ip"}  # and five per login: org.middleware
USERSESSIONS_TRACK_ACTIVITY = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Dengta"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# -- the browser's own protections -------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {"DIRECTIVES": {
    "default-src": [SELF],
    "script-src": [SELF, NONCE],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_NAME = "dengta_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365

# -- files -------------------------------------------------------------------------------------------------------
STATIC_URL = f"/static/{env.digest('dengta/*/static/**/*')}/"  # new content, new address: kept by browsers for good
MEDIA_ROOT = HOME / "files"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if DEBUG else 60 * 60 * 24 * 365
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

METRICS_TOKEN = env.text("DENGTA_METRICS_TOKEN")

# -- logs --------------------------------------------------------------------------------------------------------
LOGGING = logs.configuration(level=env.text("DENGTA_LOG_LEVEL", "INFO"))
LOGGING_CONFIG = "dengta.config.logs.configure"

TEST_RUNNER = "django.test.runner.DiscoverRunner"
