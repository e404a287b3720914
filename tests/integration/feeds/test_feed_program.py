"""The reference feed program: what it serves over HTTP is taken as it comes, whole, and changes nothing when it comes again."""

from __future__ import annotations

import hashlib
import json
import threading
import urllib.request
from collections.abc import Iterator
from datetime import date

import pytest
from stdnum.iso7064 import mod_11_2

from yimatong.counterparts import feeds as program
from yimatong.records.models import Fact, Person, Stay
from yimatong.stations.declarations.models import EarlierDeclaration

pytestmark = pytest.mark.django_db
DAY = date(2020, 2, 14)


@pytest.fixture
def address() -> Iterator[str]:
    """The program, serving one day of 300 people each."""
    with program.server(0, program.deliveries(DAY, 300, 7)) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        serving.shutdown()
        thread.join()


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read()


def test_what_it_serves_is_taken_whole(address, take):
    index = json.loads(get(f"{address}/index.json"))
    assert [one["rows"] for one in index] == [300, 300]
    for feed, one in zip(("police_declarations", "platform_decisions"), index, strict=True):
        body = get(address + one["path"])
        assert hashlib.sha256(body).hexdigest() == one["sha256"]
        outcome = take(feed, body, name=one["path"].rpartition("/")[2])
        assert (outcome.rows, outcome.taken, outcome.held, outcome.appeared) == (300, 300, 0, 300)
        assert take(feed, body, name="again").again
    assert Person.objects.count() == 600
    assert set(Fact.objects.values_list("kind", flat=True)) == {"declaration", "symptom", "contact"}
    everybody = (*program.people(1, 300, DAY, 7), *program.people(500_000, 300, DAY, 7))
    assert Stay.objects.count() == sum(one.journey is not None for one in everybody) > 30
    assert EarlierDeclaration.objects.filter(origin="platform", decision="green").exists()


def test_the_same_day_and_seed_are_the_same_bytes_and_another_day_is_not():
    assert program.police(DAY, 20, 1).sha256 == program.police(DAY, 20, 1).sha256
    assert program.police(DAY, 20, 1).sha256 != program.police(date(2020, 2, 15), 20, 1).sha256


def test_its_people_are_nobody():
    numbers = [program.document(number) for number in (*range(1, 2_000), *range(500_000, 502_000))]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert number.startswith("330299")
        assert mod_11_2.is_valid(number)


def test_it_writes_the_same_files_into_a_folder(tmp_path, capsys):
    assert program.main(["write", str(tmp_path), "--day", "2020-02-14", "--people", "3"]) == 0
    assert (tmp_path / "police" / "2020-02-14.csv").read_bytes() == program.police(DAY, 3, 1).body
    assert "2020-02-14.jsonl" in capsys.readouterr().out
