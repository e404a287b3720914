"""See to what tests need from the machine itself: Chromium, a Chinese font and Java, by apt-get where that may be used.

Nothing here fails the set-up: where something cannot be had, it is said plainly and the tests that need it skip.
"""

import os
import re
import shutil
import subprocess

OLDEST_JAVA = 17
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def chromium():
    """Return the path of a Chromium, or None; YIMATONG_CHROMIUM names one that is not on PATH."""
    named = os.environ.get("YIMATONG_CHROMIUM")
    if named:
        return named if os.access(named, os.X_OK) else None
    return next((found for found in map(shutil.which, BROWSERS) if found), None)


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
    if not chromium():
        wanted.append(("chromium", "Chromium"))
    if not has_chinese_font():
        wanted += [("fonts-noto-cjk", "a Chinese font"), ("fontconfig", "fc-list")]
    if java_version() < OLDEST_JAVA:
        wanted.append(("default-jre-headless", f"Java {OLDEST_JAVA} or later"))
    return wanted


def see_to_browser_and_java(run, say):
    wanted = missing()
    if wanted:
        apt_install([package for package, _ in wanted], ", ".join(name for _, name in wanted), run, say)
    if not chromium():
        say("no Chromium: the browser tests are skipped")
    if java_version() < OLDEST_JAVA:
        say(f"no Java {OLDEST_JAVA} or later: the Spark tests are skipped")
