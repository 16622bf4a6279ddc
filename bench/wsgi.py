"""The real application with the bench's empty views beside it, for granian."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dengta.config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "bench.urls"
application = get_wsgi_application()
