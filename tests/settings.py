"""The product's own settings with a home folder of the test session's own, so that no test touches var/.

The folder is made by the first process (pytest itself, or the controller of pytest-xdist); its workers inherit the name.
"""

import os
import tempfile

if "YIMATONG_TEST_HOME" not in os.environ:
    os.environ["YIMATONG_TEST_HOME"] = tempfile.mkdtemp(prefix="yimatong-test-")
    os.environ["YIMATONG_TEST_MADE_BY"] = str(os.getpid())
os.environ["YIMATONG_HOME"] = os.environ["YIMATONG_TEST_HOME"]
# No key is made while the database does not answer, and that of a test session is begun later.
os.environ.setdefault("YIMATONG_IDENTITY_KEY", "the identity key of every session of the tests, and of nobody else")
os.environ.setdefault("YIMATONG_AUDIT_KEY", "the audit key of every session of the tests, and of nobody else's")
os.environ.setdefault("YIMATONG_SECRET_KEY", "the secret key of every session of the tests, and of nobody else's")

from yimatong.site.settings import *  # noqa: F403 -- every setting of the product, and then the few that differ

# Scrypt takes a tenth of a second a password, on purpose; tests sign in often.
YIMATONG_PASSWORD_WORK = 2
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]

# Every alias starts as the owner's login, so that the test database can be made; tests/conftest.py then gives each test its roles, as
# where one login of a server of one's own serves all three. Three logins are tested with the product itself (test_logins.py and others).
for _alias in DATABASES.values():  # noqa: F405
    _alias["USER"] = DATABASES["owner"]["USER"]  # noqa: F405
    _alias["OPTIONS"].pop("options", None)

# Workers share a server, but each has a database of its own, and so files of its own: runs, lake, tokens.
YIMATONG_HOME = YIMATONG_HOME / os.environ.get("PYTEST_XDIST_WORKER", "alone")  # noqa: F405
