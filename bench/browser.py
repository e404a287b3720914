"""The Chromium that measurements and browser tests use: YIMATONG_CHROMIUM, or the machine's own."""

from __future__ import annotations

import os
import shutil

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LACKING = "no Chromium on this machine: as root apt-get install chromium, or YIMATONG_CHROMIUM=/path/to/one"


def chromium() -> str | None:
    """Its path; None where there is none. What YIMATONG_CHROMIUM names is taken as it is, and nothing in its place."""
    return os.environ.get("YIMATONG_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
