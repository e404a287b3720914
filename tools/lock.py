"""Write the hashed locks anew from pyproject.toml and requirements/*.in, without any index address in them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WITHIN = ("--constraint", "requirements/run.txt")
TESTING = ("--extra", "embedded", "--extra", "test", "--extra", "spark", *WITHIN, "--constraint", "requirements/embedded.txt")
LOCKS = {
    "tools.txt": ("requirements/tools.in",),
    "node.txt": ("requirements/node.in",),
    "run.txt": ("pyproject.toml",),
    "embedded.txt": ("requirements/embedded.in", *WITHIN),
    "test.txt": ("pyproject.toml", *TESTING),
    "bench.txt": ("pyproject.toml", "--extra", "bench", *TESTING),
}


def write(name: str, sources: tuple[str, ...]) -> None:
    """Solve one lock for every platform from Python 3.11 on; versions already in it stay unless `--upgrade` is given."""
    uv = Path(sys.executable).with_name("uv")
    command = [
        uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock",
        *sys.argv[1:], *sources, "--output-file", f"requirements/{name}",
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True)
    print(f"requirements/{name}", flush=True)


if __name__ == "__main__":
    for lock, inputs in LOCKS.items():
        write(lock, inputs)
