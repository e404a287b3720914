"""The first load of the page that shows a code: every file that a phone keeps, as the product serves it, gzipped.

python -m bench.first_load
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from typing import Any

from bench import aside
from bench.figures import Figure
from bench.run import Bench

NAME = "first-load"
MOST = 150_000


def measure(bench: Bench) -> Iterator[Figure]:
    """The sum has a target; a page that is not built is said to be missing."""
    bench.say("the first load of the code page")
    found = aside.run("bench.first_load")
    if "missing" in found:
        yield Figure(NAME, "first load of the code page", "not measured", note=found["missing"])
        return
    sizes = sorted(found["sizes"].items(), key=lambda one: -one[1])
    yield Figure(
        NAME,
        "first load of the code page, gzipped",
        f"{sum(found['sizes'].values()):,} bytes",
        f"below {MOST:,} bytes",
        sum(found["sizes"].values()) < MOST,
        "whole, worker and icons too: "
        + ", ".join(f"{path.rpartition('/')[2] or 'page'} {size:,}" for path, size in sizes),
    )


def load() -> dict[str, Any]:
    """Bytes of each file by its address, asked of the product without a database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yimatong.site.settings"
    import django

    django.setup()
    from django.test import Client

    from yimatong.core.errors import YimatongError

    # The built style sheets and scripts of a checkout are served by the product itself.
    client = Client(headers={"host": "127.0.0.1"})

    def body(path: str) -> bytes:
        answer: Any = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answers {answer.status_code}")
        return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)

    try:
        worker = body("/code/sw.js")
    except YimatongError as missing:
        return {"missing": str(missing)}
    kept = re.findall(r'"url": "([^"]+)"', worker.decode().partition("\n")[0])
    return {"sizes": {path: len(gzip.compress(body(path), 6)) for path in ("/code/sw.js", *kept)}}


if __name__ == "__main__":
    aside.answer(load)
