"""What a process of the web server looks at as it begins: that it does not outlive its server, that keys and zone are its city's."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time

from django.db import DatabaseError, connections

from yimatong.core.errors import EnvironmentProblem, Exit
from yimatong.core.text import languages
from yimatong.records import policies
from yimatong.records.errors import RecordsError

EVERY, PATIENCE = 1.0, 10.0
"""Seconds between two looks at the server's own process, and those that what is being answered then gets."""


def end_with_our_server() -> None:
    """End this process when the one that began it is gone: it would hold the port, and answer for a product that was stopped."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def look() -> None:
        while parent.is_alive():
            time.sleep(EVERY)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)
        os._exit(1)

    threading.Thread(target=look, name="end-with-our-server", daemon=True).start()


def refuse_another_city() -> None:
    """End this process where its keys are not the city's, or its zone is not that of the policy in force.

    While the database is away it may begin: it compares the keys before it uses it, and whoever judges compares the zone.
    """
    try:
        with connections["default"].cursor():
            pass
        policies.refuse_other_zone()
    except EnvironmentProblem as problem:
        sys.stderr.write("\n".join(problem.tell(one) for one in languages()) + "\n")
        raise SystemExit(int(Exit.ENVIRONMENT)) from problem
    except (DatabaseError, RecordsError):
        pass
    finally:
        connections.close_all()
