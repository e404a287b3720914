"""See to what tests need from the machine itself: Chromium, a Chinese font and Java, by apt-get where that may be used.

What cannot be had is said plainly, and the tests that need it skip. A Chromium that is there and too old, or cannot be run, fails
the set-up: its tests would fail one after another for a reason that none of them names.
"""

import os
import re
import shutil
import subprocess

OLDEST_JAVA = 17
# The older one of Debian's two, with which the browser tests were tried, as with the newest.
OLDEST_CHROMIUM = 150
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def chromium():
    """Return the path of a Chromium, or None; YIMATONG_CHROMIUM names one that is not on PATH."""
    named = os.environ.get("YIMATONG_CHROMIUM")
    if named:
        return named if os.access(named, os.X_OK) else None
    return next((found for found in map(shutil.which, BROWSERS) if found), None)


def chromium_version(path):
    """Return the major version of a Chromium, or 0 where it does not say one; what it complains of goes to stderr."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"\b(\d+)\.\d+\.\d+", done.stdout)
    return int(found.group(1)) if found else 0


def why_not_chromium():
    """Return in one line why the Chromium that there is cannot be used, with the remedy; nothing where it can, or there is none."""
    remedy = "as root apt-get update && apt-get install chromium, or YIMATONG_CHROMIUM=/path/to/another"
    named, path = os.environ.get("YIMATONG_CHROMIUM"), chromium()
    if named and not path:
        return f"YIMATONG_CHROMIUM is {named}, which cannot be run: name another, or unset it"
    if not path:
        return ""
    version = chromium_version(path)
    if version == 0:
        return f"{path} does not say its version, so it does not run here: {remedy}"
    if version < OLDEST_CHROMIUM:
        return (
            f"{path} is Chromium {version}; the oldest with which the browser tests pass is {OLDEST_CHROMIUM}: {remedy}"
        )
    return ""


def has_chinese_font():
    lister = shutil.which("fc-list")
    return bool(lister and subprocess.run([lister, ":lang=zh"], capture_output=True, check=False).stdout.strip())


def java_version():
    """Return the major version of the Java on PATH or in JAVA_HOME, or 0."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if not java:
        return 0
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else 0


def may_use_apt():
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages, purpose, run, say):
    """Install Debian packages when we may; say and return False when we may not or it fails."""
    if not may_use_apt():
        say(f"not on this machine: {purpose} (as root: apt-get install {' '.join(packages)})")
        return False
    try:
        environment = {**os.environ, **QUIET}
        run("Debian's list of packages", ["apt-get", "update", "-q"], env=environment)
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
        run(f"{purpose}, from Debian", command, env=environment)
    except Exception as problem:
        say(f"could not be installed: {purpose}\n{problem}")
        return False
    return True


def missing():
    """Return what tests would like and this machine lacks: the Debian package and what it is, in plain words."""
    wanted = []
    if not os.environ.get("YIMATONG_CHROMIUM") and (not chromium() or why_not_chromium()):
        wanted.append(("chromium", f"Chromium {OLDEST_CHROMIUM} or later"))
    if not has_chinese_font():
        wanted += [("fonts-noto-cjk", "a Chinese font"), ("fontconfig", "fc-list")]
    if java_version() < OLDEST_JAVA:
        wanted.append(("default-jre-headless", f"Java {OLDEST_JAVA} or later"))
    return wanted


def see_to_browser_and_java(run, say):
    """Install what is missing where we may; return why the tests cannot begin, or nothing."""
    wanted = missing()
    if wanted:
        apt_install([package for package, _ in wanted], ", ".join(name for _, name in wanted), run, say)
    if java_version() < OLDEST_JAVA:
        say(f"no Java {OLDEST_JAVA} or later: the Spark tests are skipped")
    if not chromium() and not os.environ.get("YIMATONG_CHROMIUM"):
        say("no Chromium: the browser tests are skipped")
    return why_not_chromium()
