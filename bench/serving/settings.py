"""The product's own settings, and the address of the empty handler."""

from yimatong.site.settings import *  # noqa: F403 -- every setting of the product

ROOT_URLCONF = "bench.serving.urls"
