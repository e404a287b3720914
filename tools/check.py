"""`make check`: style, types, import contracts, generated pages, locks; with `--write`, write the generated pages anew.

Every check runs, also after one has failed, so that one run tells everything; as many at once as there are cores, since each
is one process of somebody else's. Exit code 1 when any of them found something.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# Checks read settings but touch no data; their home is a folder of their own.
ENVIRONMENT = {
    **os.environ,
    "YIMATONG_HOME": str(ROOT / "var" / "check"),
    # The set-up's own Node.js stands behind the machine's, for a machine that has none.
    "PATH": f"{os.environ.get('PATH', '')}{os.pathsep}{BIN}",
}
PAGES = ROOT / "docs" / "reference"


def ran(*command: str | Path) -> bool:
    """Run one check of a tool, its output shown in one piece."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    sys.stdout.write(done.stdout)
    return done.returncode == 0


def generated_pages() -> dict[Path, str]:
    """Return the pages that are written from the code, by file."""
    from yimatong.edges.cli.exit_codes import exit_codes_page
    from yimatong.edges.feeds.pages import pages as pages_of_feeds
    from yimatong.site.environment import settings_page
    from yimatong.stations.declarations.pages import page as page_of_declarations

    written = {"settings.md": settings_page(), "exit-codes.md": exit_codes_page(), **pages_of_feeds()}
    written["declarations.md"] = page_of_declarations()
    return {PAGES / name: text for name, text in written.items()}


def pages_are_fresh() -> bool:
    """Compare each generated page with what the code says today; with `--write`, write it instead."""
    stale = [file for file, text in generated_pages().items() if not file.is_file() or file.read_text() != text]
    if "--write" in sys.argv:
        for file in stale:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(generated_pages()[file])
            print(f"written: {file.relative_to(ROOT)}")
        return True
    for file in stale:
        print(f"{file.relative_to(ROOT)} is not what the code says; run make docs")
    return not stale


def policy_pages_are_fresh() -> bool:
    """The policy's own pages: `yimatong policy explain` writes them, `--check` compares them."""
    options = ["--write"] if "--write" in sys.argv else ["--check"]
    return ran(BIN / "yimatong", "policy", "explain", *options)


def page_of_attacks_is_fresh() -> bool:
    """The table of tries, which the tests have."""
    options = ["--write"] if "--write" in sys.argv else ["--check"]
    return ran(sys.executable, "-m", "tests.attack.page", *options)


def policies_are_sound() -> bool:
    return ran(BIN / "yimatong", "policy", "check")


def locks_are_clean() -> bool:
    """Locks name versions and hashes, never an address that a package was got from."""
    words = {
        "requirements/*.txt": ("://", "/opt/", "--index-url", "--find-links"),
        "package-lock.json": ('"resolved"', '.tgz"'),
    }
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for pattern, marks in words.items()
        for file in sorted(ROOT.glob(pattern))
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if any(mark in line for mark in marks)
    ]
    for line in found[:10]:
        print(line)
    return not found


CHECKS: dict[str, Callable[[], bool]] = {
    # The longest first.
    "types (mypy)": lambda: ran(BIN / "mypy", "--no-error-summary"),
    "style (ruff)": lambda: ran(BIN / "ruff", "check", "--quiet", "."),
    "form (ruff format)": lambda: ran(BIN / "ruff", "format", "--check", "--quiet", "."),
    "types of the browser side (tsc)": lambda: ran("npm", "run", "--silent", "check"),
    "imports run one way (import-linter)": lambda: ran(BIN / "lint-imports", "--no-logo"),
    "generated pages": pages_are_fresh,
    "page of attacks": page_of_attacks_is_fresh,
    "policies": policies_are_sound,
    "policy pages": policy_pages_are_fresh,
    "locks": locks_are_clean,
}
WRITERS = ("generated pages", "page of attacks", "policy pages")


def checked(name: str) -> bool:
    """Do one check, and say so before and after."""
    print(f"· {name}", flush=True)
    good = CHECKS[name]()
    print(f"· {name}: {'nothing found' if good else 'FOUND SOMETHING'}", flush=True)
    return good


def main() -> int:
    names = WRITERS if "--write" in sys.argv else tuple(CHECKS)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        failed = [name for name, good in zip(names, pool.map(checked, names), strict=True) if not good]
    if failed:
        print(f"\nfound something: {', '.join(failed)}", flush=True)
        return 1
    print(f"\n{len(names)} checks found nothing", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
