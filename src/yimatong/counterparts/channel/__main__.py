"""`python -m yimatong.counterparts.channel`: serve the played channels until told to stop."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from yimatong.counterparts.channel.server import serving
from yimatong.counterparts.channel.settings import Setting, kept_keys


def main() -> None:
    """Read the command line and serve."""
    reader = argparse.ArgumentParser(prog="python -m yimatong.counterparts.channel", description=__doc__)
    reader.add_argument("--port", type=int, default=8001, help="0: any that is free; it is printed")
    reader.add_argument(
        "--product", action="append", default=[], help="where the product's pages are; may be given again"
    )
    reader.add_argument("--keys", type=Path, help="folder of the channels' private keys; none: new ones each time")
    given = reader.parse_args()
    products = tuple(product.rstrip("/") for product in given.product) or ("http://127.0.0.1:8000",)
    setting = Setting(f"http://127.0.0.1:{given.port}", products, kept_keys(given.keys))
    with serving(setting, given.port) as server:
        sys.stdout.write(f"channels: {server.setting.base}/\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
