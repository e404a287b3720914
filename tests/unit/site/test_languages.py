"""A language more: its catalogue lies in a folder, and pages and commands speak it by the name that it gives itself."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info

from yimatong.core.text import languages
from yimatong.site.languages import code_of, known_by_its_own_name

SHOW = """
import django; django.setup()
from django.conf import settings
from django.utils.translation import gettext, override
from yimatong.edges.web.everybody.words import in_words
from yimatong.core.text import message
print(settings.LANGUAGES)
with override("qps"):
    print(gettext("Overview"), gettext("Waiting"), in_words(message("Overview")))
"""


@pytest.fixture
def folder(tmp_path):
    """The catalogue of an invented language."""
    catalogue = Catalog(locale=None)
    catalogue.add("Overview", "Ôvérvîéw")
    catalogue.add("English", "Psêudô", context="name of the language itself")
    catalogue.add("Commands", "Çômmânds")
    place = tmp_path / "locale" / "qps" / "LC_MESSAGES"
    place.mkdir(parents=True)
    file = BytesIO()
    write_mo(file, catalogue)
    (place / "django.mo").write_bytes(file.getvalue())
    return tmp_path / "locale"


def environment(folder, home):
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("YIMATONG_")},
        "YIMATONG_LOCALES": str(folder), "YIMATONG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "yimatong.site.settings",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip


def test_the_languages_of_the_product_have_djangos_codes_and_their_own_names():
    assert [(code_of(tag), known_by_its_own_name(tag)) for tag in languages()][:2] == [
        ("zh-hans", "中文"),
        ("en", "English"),
    ]


def test_a_language_that_nobody_knows_is_called_by_its_tag(monkeypatch):
    monkeypatch.delitem(LANG_INFO, "qpx", raising=False)
    assert known_by_its_own_name("qpx") == "qpx"
    assert get_language_info("qpx")["name_local"] == LANG_INFO.pop("qpx")["name_local"]


def test_pages_speak_a_language_whose_catalogue_lies_in_a_folder(folder, tmp_path):
    shown = subprocess.run(
        [sys.executable, "-c", SHOW], env=environment(folder, tmp_path / "home"), capture_output=True, check=True
    )
    listed, said = shown.stdout.decode().splitlines()
    assert listed == "[('zh-hans', '中文'), ('en', 'English'), ('qps', 'Psêudô')]"
    assert said == "Ôvérvîéw 排队人数 Ôvérvîéw"


def test_commands_speak_it_too(folder, tmp_path):
    command = [sys.executable, "-c", "from yimatong.site.program import main; main()", "--lang", "qps", "--help"]
    shown = subprocess.run(command, env=environment(folder, tmp_path / "home"), capture_output=True, check=True)
    assert "Çômmânds:" in shown.stdout.decode()
    assert "检查、说明防控规则" in shown.stdout.decode()
