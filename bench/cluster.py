"""A real Spark cluster on this machine: a standalone master and workers as processes of their own, on loopback.

The bench measures on it and tests/spark tries the engine on it. Leaving the block stops every process, also after a
failure.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"
OLDEST_JAVA = 17
PATIENCE = 90.0
"""Seconds that the master, or a worker, may take to start on a busy machine."""


class NoSpark(Exception):
    """This machine has no Java 17 or no pyspark; the message says which."""


def java() -> str:
    """The Java to use, by JAVA_HOME or PATH; NoSpark where there is none that is new enough."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    if found is None:
        raise NoSpark(f"Java {OLDEST_JAVA} or later is not here")
    told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise NoSpark(f"Java {OLDEST_JAVA} or later is needed, and this is another: {told.splitlines()[:1]}")
    return found


def spark_home() -> Path:
    """The folder of pyspark, which holds all of Spark; NoSpark where it is not installed."""
    try:
        import pyspark
    except ImportError:
        raise NoSpark("pyspark is not installed") from None
    return Path(pyspark.__path__[0])


@contextmanager
def on_loopback() -> Iterator[None]:
    """Let Spark in this process, and in the processes it starts, listen on loopback alone."""
    java()
    spark_home()
    before = os.environ.get("SPARK_LOCAL_IP")
    os.environ["SPARK_LOCAL_IP"] = LOOPBACK
    try:
        yield
    finally:
        if before is None:
            del os.environ["SPARK_LOCAL_IP"]
        else:
            os.environ["SPARK_LOCAL_IP"] = before


@contextmanager
def cluster(*, workers: int = 2, cores: int = 1, memory: str = "2g") -> Iterator[str]:
    """Start a master and `workers` workers of `cores` cores and `memory` each; gives the master's address."""
    with on_loopback(), tempfile.TemporaryDirectory(prefix="yimatong-spark-") as folder, ExitStack() as running:
        root = Path(folder)
        master = ["master.Master", "--host", LOOPBACK, "--port", "0", "--webui-port", "0"]
        log = running.enter_context(_daemon(master, root / "master.log"))
        address = _awaited(log, r"Starting Spark master at (spark://\S+)")
        for number in range(1, workers + 1):
            size = ["--cores", str(cores), "--memory", memory]
            place = ["--host", LOOPBACK, "--webui-port", "0", "--work-dir", str(root / f"worker-{number}")]
            worker = running.enter_context(
                _daemon(["worker.Worker", *place, *size, address], root / f"worker-{number}.log")
            )
            _awaited(worker, r"(Successfully registered with master)")
        yield address


@contextmanager
def _daemon(command: list[str], log: Path) -> Iterator[Path]:
    """One process of Spark; it ends when the block ends, and also when we are killed and can end nothing ourselves."""
    home = spark_home()
    options = "-Dspark.master.rest.enabled=false"
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_DAEMON_MEMORY": "512m",
        "SPARK_DAEMON_JAVA_OPTS": options,
    }
    name, *rest = command
    spark = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *rest]
    with log.open("wb") as told:
        process = subprocess.Popen(
            ["sh", "-c", UNTIL_WE_ARE_GONE, "sh", *spark],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=told,
            start_new_session=True,
        )
    try:
        yield log
    finally:
        _stop(process)


UNTIL_WE_ARE_GONE = '"$@" </dev/null & cat >/dev/null; kill $! 2>/dev/null; wait $!'
"""A shell that runs a command until its own input closes, which happens whichever way the process before it ends."""


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Close the daemon's input and wait; what is left of its group after that is killed."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(PATIENCE / 3)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _awaited(log: Path, pattern: str) -> str:
    """What the log says where it matches the pattern, once it does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = re.search(pattern, log.read_text(errors="replace"))
        if found:
            return found[1]
        time.sleep(0.1)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    raise TimeoutError(f"Spark did not start within {PATIENCE:.0f} s:\n{tail}")
