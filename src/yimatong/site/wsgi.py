"""What granian runs: the signed files, and Django under WSGI (under ASGI a request cost 30 times more when the house was planned)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimatong.site.settings")
inside = get_wsgi_application()

from yimatong.edges.web.phone.files import SignedFiles  # noqa: E402 -- Django has to be set up first
from yimatong.site import serving, watch  # noqa: E402

application = SignedFiles(inside)
serving.end_with_our_server()
serving.refuse_another_city()
watch.begin()
