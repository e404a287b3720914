"""What granian runs: Django under WSGI (under ASGI a request cost 30 times more when the house was planned)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimatong.site.settings")
application = get_wsgi_application()

from yimatong.site import serving, watch  # noqa: E402 -- Django has to be set up first

serving.end_with_our_server()
serving.refuse_other_keys()
watch.begin()
