"""What officials do around the desk: points, blanks, register, collection, fraud, held entries, signatures, objections."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pypdfium2.raw as pdfium
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from PIL import Image, ImageDraw

from tests.acting import owning
from tests.integration.printing.papers import opened, sizes, texts
from tests.integration.web.looking import page
from tests.integration.web.test_desk import a_point, found, issued
from tests.integration.web.town import Town, at, id_number
from yimatong.core.paper import number
from yimatong.edges.printing import ROWS_A_PAGE
from yimatong.edges.web.desk import registers
from yimatong.edges.web.desk.prints import drawn
from yimatong.records import clock, identity
from yimatong.records.models import AuditEntry, Look, Official
from yimatong.stations.appeals.models import Dispute
from yimatong.stations.appeals.queries import words_of
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import blanks, leases, standing
from yimatong.stations.issuing.models import CollectionTask, FraudCase, HeldEntry, Lease, Paper, Point, Signature
from yimatong.stations.passes.actions import papers

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
NOW = at(20, 10)


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


@pytest.fixture
def point(town: Town, db: None) -> Point:
    """A point with a clerk, open all day."""
    return a_point(town, "月湖社区", "desk")


@pytest.fixture
def paper(signed_in, town: Town, point: Point) -> Paper:
    """A pass that the clerk has issued."""
    client = signed_in("desk")
    issued(client, found(client, town, point))
    return Paper.objects.select_related("entry", "point").get()


def taken_back(paper: Paper) -> CollectionTask:
    papers.recall(serials=[paper.credential_id], cause="colour", now=NOW)
    return standing.open_task(paper, "recalled", "colour", NOW)


def test_the_register_on_paper_and_in_the_database_has_the_same_pages():
    assert queries.LINES == ROWS_A_PAGE


def test_a_signature_on_the_screen_is_sealed_and_drawn_in_the_register(signed_in, point, paper):
    client, where = signed_in("desk"), f"/desk/{point.pk}/passes/{paper.entry.pk}/"
    assert 'data-signed="no"' in page(client, where)
    assert client.post(f"{where}sign/", {"how": "screen", "strokes": "[]"}).status_code == 422
    assert client.post(f"{where}sign/", {"how": "screen", "strokes": "nonsense"}).status_code == 422
    answer = client.post(f"{where}sign/", {"how": "screen", "strokes": json.dumps([[[1, 2], [30, 40]], [[5, 6]]])})
    assert answer.status_code == 302
    assert 'data-signed="yes"' in page(client, where)
    assert drawn(queries.signature_of(paper.pk)) == (((1.0, 2.0), (30.0, 40.0)), ((5.0, 6.0),))
    assert b"30" not in bytes(Signature.objects.get().sealed)
    assert client.post(f"{where}sign/", {"how": "paper"}).status_code == 422, "once"
    assert client.get(f"/desk/{point.pk}/register.pdf").content.startswith(b"%PDF-")


def test_signed_on_the_paper_register_is_recorded_as_that(signed_in, point, paper):
    client, where = signed_in("desk"), f"/desk/{point.pk}/passes/{paper.entry.pk}/"
    assert client.post(f"{where}sign/", {"how": "paper"}).status_code == 302
    assert Signature.objects.get().how == "paper"
    assert drawn(queries.signature_of(paper.pk)) is None
    assert "signed on the paper register" in page(client, where)


def photograph(size: tuple[int, int] = (900, 2400)) -> bytes:
    """A line that was signed, photographed with the phone on its side: the file says so, and where it was."""
    picture, out, about = Image.new("RGB", size, "white"), BytesIO(), Image.Exif()
    ImageDraw.Draw(picture).line([(0, 0), size], fill="black", width=60)
    about[0x0112], about[0x010E] = 6, "made at home"
    picture.save(out, "JPEG", exif=about)
    return out.getvalue()


def test_a_scan_of_the_signed_line_is_kept_small_upright_and_alone_and_stands_in_the_register(signed_in, point, paper):
    client, where = signed_in("desk"), f"/desk/{point.pk}/passes/{paper.entry.pk}/"
    assert "data-scan" in page(client, where)
    for wrong in (b"no picture", b""):
        refused = client.post(f"{where}sign/", {"how": "scan", "scan": SimpleUploadedFile("line.png", wrong)})
        assert refused.status_code == 422
    assert client.post(f"{where}sign/", {"how": "scan"}).status_code == 422
    assert not Signature.objects.exists()
    given = photograph()
    answer = client.post(f"{where}sign/", {"how": "scan", "scan": SimpleUploadedFile("line.jpg", given)})
    assert answer.status_code == 302, answer.content.decode()
    kept = queries.signature_of(paper.pk)
    with Image.open(BytesIO(kept)) as picture:
        assert (picture.format, picture.mode, picture.width > picture.height) == ("PNG", "L", True)
        assert dict(picture.getexif()) == {}
    assert len(kept) < len(given)
    assert b"PNG" not in bytes(Signature.objects.get().sealed)
    assert "signed on a page that was scanned" in page(client, where)
    assert drawn(kept) == kept
    with opened(client.get(f"/desk/{point.pk}/register.pdf").content) as document:
        assert any(thing.type == pdfium.FPDF_PAGEOBJ_IMAGE for thing in document[0].get_objects())
    again = client.post(f"{where}sign/", {"how": "scan", "scan": SimpleUploadedFile("line.jpg", given)})
    assert again.status_code == 422, "once"


def test_this_is_wrong_is_recorded_against_that_very_fact_at_the_point(signed_in, town, point):
    client = signed_in("desk")
    address = found(client, town, point, "李确诊")
    fact = re.findall(r'name="fact" value="([^"]+)"', page(client, address))[0]
    assert client.post(f"{address}objection/", {"fact": fact, "words": " "}).status_code == 422
    assert client.post(f"{address}objection/", {"fact": "case/999999", "words": "不是我"}).status_code == 422
    assert not Dispute.objects.exists()
    answer = client.post(f"{address}objection/", {"fact": fact, "words": "那天我在家"})
    assert answer.status_code == 302
    said = Dispute.objects.get()
    assert (said.evidence, said.point, said.official.username, said.account) == (fact, point, "desk", None)
    assert words_of(said) == "那天我在家"
    html = page(client, answer["Location"])
    assert "Objected to on 2020-02-20 10:00" in html
    assert 'data-refused="not-green"' in html, "no colour moves by it"


def test_a_day_goes_to_excel_with_whole_names_and_everybody_is_looked_at(signed_in, town, point, paper):
    client = signed_in("desk")
    assert "孙绿" not in page(client, f"/desk/{point.pk}/register/")
    answer = client.get(f"/desk/{point.pk}/register.xlsx")
    cells = [cell.value for row in load_workbook(BytesIO(answer.content)).active.iter_rows() for cell in row]
    assert {"孙绿", paper.number, id_number(list(town.numbers).index("孙绿") + 1)} <= set(cells)
    assert Look.objects.filter(where="register", person=paper.person_id).count() == 1
    html = page(client, f"/desk/{point.pk}/months/?month=2020-02")
    assert f'href="/desk/{point.pk}/register/?day=2020-02-20"' in html
    assert "Nothing was issued" in page(client, f"/desk/{point.pk}/months/?month=2020-01")
    assert client.get(f"/desk/{point.pk}/register.xlsx?day=2020-01-01").status_code == 404


def test_the_control_office_names_a_point_staffs_it_and_stops_it(signed_in, town):
    client = signed_in("office")
    words = {
        "title": "鼓楼社区", "kind": "village", "division": "330203005", "address": "鼓楼1号", "scope": "everybody",
        "workdays": "08:30-11:30，13:30-17:30", "weekend": "", "desks": "2", "longitude": "121.5", "latitude": "29.8",
    }  # fmt: skip
    assert client.post("/points/name/", words | {"workdays": "17:00-08:00"}).status_code == 422
    assert client.post("/points/name/", words | {"latitude": ""}).status_code == 422
    assert client.post("/points/name/", words | {"scope": "address", "place_words": "没有"}).status_code == 422
    assert client.post("/points/name/", words | {"scope": "documents"}).status_code == 422
    answer = client.post("/points/name/", words)
    made = Point.objects.get(title="鼓楼社区")
    assert answer["Location"] == f"/points/{made.pk}/?done=named"
    assert made.hours == [[["08:30", "11:30"], ["13:30", "17:30"]]] * 5 + [[], []]
    clerk = Official.objects.get(username="desk")
    client.post(f"/points/{made.pk}/appoint/", {"official": clerk.pk})
    assert signed_in("desk").get(f"/desk/{made.pk}/").status_code == 200
    leases.lease(by=clerk, point=made.pk, desk="app-1", request=uuid4(), now=NOW)
    html = page(client, f"/points/{made.pk}/")
    assert number(330203, 1) in html
    assert "Mon–Fri 08:30–11:30, 13:30–17:30" in html
    client.post(f"/points/{made.pk}/hours/", {"workdays": "09:00-12:00", "weekend": "", "desks": "3"})
    client.post(f"/points/{made.pk}/release/", {"official": clerk.pk})
    assert signed_in("desk").get(f"/desk/{made.pk}/").status_code == 422
    client.post(f"/points/{made.pk}/stop/", {"why": "moved"})
    made.refresh_from_db()
    assert (made.desks, made.stopped_why) == (3, "moved")
    assert client.get("/points/?export=points").content[:2] == b"PK"


def test_a_clerk_names_no_point_and_another_countys_office_sees_none(signed_in, point):
    assert signed_in("desk").get("/points/").status_code == 403
    assert signed_in("auditor").get("/points/").status_code == 200
    assert signed_in("auditor").post(f"/points/{point.pk}/stop/", {"why": "x"}).status_code == 403
    jiangbei = signed_in("jiangbei")
    assert point.title in page(signed_in("office"), "/points/")
    assert point.title not in page(jiangbei, "/points/")
    for where in (f"/points/{point.pk}/", f"/desk/{point.pk}/", f"/desk/{point.pk}/blanks/"):
        assert jiangbei.get(where).status_code == 403


def test_blanks_are_printed_counted_out_and_entered_from_their_stubs(signed_in, town, point):
    client, where = signed_in("desk"), f"/desk/{point.pk}/blanks/"
    assert client.post(f"{where}receive/", {"count": "5"}).status_code == 302
    block = Lease.objects.get(use="blanks")
    first, second, third = (number(330203, block.first + at_) for at_ in range(3))
    for _ in range(2):
        assert client.get(f"{where}{block.pk}.pdf").content.startswith(b"%PDF-")
    assert "Printed 2 times" in page(client, where)
    assert client.post(f"{where}leave/", {"what": "lost", "first": first, "why": "not there"}).status_code == 302
    assert client.post(f"{where}leave/", {"what": "void", "first": first, "why": "again"}).status_code == 422
    document = id_number(list(town.numbers).index("周绿") + 1)
    stub = {"number": second, "day": "2020-02-20", "time": "09:30", "typed": document}
    assert client.post(f"{where}stub/", stub | {"typed": id_number(902)}).status_code == 422
    answer = client.post(f"{where}stub/", stub)
    assert "done=entered" in answer["Location"]
    assert Paper.objects.get().number == second
    red = stub | {"number": third, "typed": id_number(1)}
    assert "not good" in page(client, client.post(f"{where}stub/", red)["Location"])
    assert CollectionTask.objects.get().paper.number == third
    html = page(client, where)
    assert re.search(r'data-balance="left"><strong>2<', html)
    assert 'data-state="lost-blank"' in client.post("/numbers/", {"number": first}).content.decode()


def test_a_task_names_nobody_until_a_look_is_recorded_and_is_closed_once(signed_in, point, paper):
    task, client = taken_back(paper), signed_in("desk")
    where = f"/collections/{task.pk}/"
    assert paper.number in page(client, "/collections/")
    html = page(client, where)
    assert "孙" not in html
    assert client.post(f"{where}holder/", {"ground": "collection", "words": ""}).status_code == 422
    answer = client.post(f"{where}holder/", {"ground": "collection", "words": "task 1"})
    assert "孙绿" in answer.content.decode()
    assert "下应街道1号楼" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert Look.objects.get(where="collection").person_id == paper.person_id
    assert client.post(where, {"outcome": "told"}).status_code == 422
    assert client.post(where, {"outcome": "collected", "note": ""}).status_code == 302
    assert client.post(where, {"outcome": "not_found", "note": ""}).status_code == 422, "once"
    assert paper.number not in page(client, "/collections/")
    assert paper.number in page(client, "/collections/?closed=yes")


def test_a_late_task_is_the_townships_and_then_the_districts(signed_in, monkeypatch, paper):
    task = taken_back(paper)
    for hours, whose in ((1, "issuing point"), (30, "township or street"), (80, "district")):
        monkeypatch.setattr(clock, "now", lambda hours=hours: NOW + timedelta(hours=hours))
        html = page(signed_in("office"), f"/collections/{task.pk}/")
        assert f"data-answerable>{whose}<" in html
    assert 'data-count="late">1<' in page(signed_in("office"), "/collections/")
    assert signed_in("auditor").post(f"/collections/{task.pk}/", {"outcome": "collected"}).status_code == 403


def test_fraud_is_heard_at_the_desk_settled_by_another_official_and_handed_over(signed_in, town, paper, monkeypatch):
    office, clerk = signed_in("office"), signed_in("desk")
    opened = {"number": paper.number, "says": "false_identity", "grounds": "照片与本人不符"}
    answer = office.post("/fraud/open/", opened)
    case = FraudCase.objects.get()
    where = f"/fraud/{case.pk}/"
    assert answer["Location"] == f"{where}?done=opened"
    assert office.post("/fraud/open/", opened).status_code == 422, "one at a time"
    assert "照片与本人不符" not in page(clerk, where)
    assert "You opened this case" in page(office, where)
    assert clerk.post(f"{where}hear/", {"words": "证是我本人的"}).status_code == 302
    assert clerk.post(f"{where}hear/", {"words": "我有户口簿"}).status_code == 302
    assert clerk.post(f"{where}settle/", {"finding": "fraud", "why": "x", "handed_to": "y"}).status_code == 403
    read = clerk.post(f"{where}papers/", {"ground": "fraud", "words": "case 1"}).content.decode()
    assert all(words in read for words in ("照片与本人不符", "证是我本人的", "我有户口簿"))
    assert Look.objects.get(where="fraud").person_id == paper.person_id
    settled = {"finding": "fraud", "why": "经核对属实", "handed_to": "海曙公安分局"}
    assert office.post(f"{where}settle/", settled).status_code == 422, "whoever opened it does not settle it"
    with owning():
        Official.objects.filter(username="jiangbei").update(jurisdiction=None)
    other = signed_in("jiangbei")
    assert other.post(f"{where}settle/", settled).status_code == 422, "heard, and the time is not over"
    assert "Nothing is decided before." in page(other, where)
    monkeypatch.setattr(clock, "now", lambda: at(21, 10, 1))
    assert other.post(f"{where}settle/", settled | {"handed_to": ""}).status_code == 422
    assert other.post(f"{where}settle/", settled).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.finding, case.handed_to) == ("settled", "fraud", "海曙公安分局")
    assert CollectionTask.objects.get().cause == "fraud"
    assert 'data-state="recalled"' in clerk.post("/numbers/", {"number": paper.number}).content.decode()


def test_a_held_entry_is_read_for_a_reason_and_settled(signed_in, town, point):
    clerk = Official.objects.get(username="desk")
    said = {
        "number": "330203-0000001-2", "issued_at": (NOW + timedelta(days=3)).isoformat(), "person": town.numbers["周绿"], "answers": None,
        "statement": "", "child_of": None, "strokes": "",
    }  # fmt: skip
    HeldEntry.objects.create(
        point=point, desk="ipad-3", key=uuid4(), number=said["number"], code="clock-wrong",
        entry_sealed=identity.seal(json.dumps(said), "row"),
    )  # fmt: skip
    held, client = HeldEntry.objects.get(), signed_in("desk")
    where = f"/held-entries/{held.pk}/"
    assert "The time of issue cannot be" in page(client, "/held-entries/")
    assert "周绿" not in page(client, where)
    answer = client.post(f"{where}content/", {"ground": "entry", "words": "entry 1"})
    assert "周绿" in answer.content.decode()
    assert Look.objects.get(where="entry").person_id == town.numbers["周绿"]
    assert AuditEntry.objects.filter(action="entry.open").count() == 1
    assert client.post(where, {"why": ""}).status_code == 422
    assert client.post(where, {"why": "issued anew at the desk"}).status_code == 302
    held.refresh_from_db()
    assert (held.settled_by, held.settled_why) == (clerk, "issued anew at the desk")
    assert signed_in("auditor").get("/held-entries/").status_code == 403


def test_the_passes_of_a_day_are_printed_at_once_and_everybody_in_it_is_looked_at(
    signed_in, town, point, paper, monkeypatch
):
    client, where = signed_in("desk"), f"/desk/{point.pk}/passes.pdf?day=2020-02-20"
    assert "Print one pass" in page(client, f"/desk/{point.pk}/register/?day=2020-02-20")
    answer = client.get(where)
    assert (answer.streaming, answer["Content-Type"], answer["Cache-Control"]) == (True, "application/pdf", "no-store")
    (text,) = texts(b"".join(answer.streaming_content))
    assert paper.number in text
    assert "Printatactualsize" in text, "a sheet with marks"
    job = AuditEntry.objects.get(action="papers.print")
    assert (job.by.username, job.subject, json.loads(job.details)["count"]) == ("desk", f"point/{point.pk}", 1)
    assert AuditEntry.objects.filter(action="paper.print", subject=f"paper/{paper.number}").count() == 1
    assert Look.objects.filter(where="register", person=paper.person_id).count() == 1
    assert sizes(b"".join(client.get(f"{where}&form=card").streaming_content)) == [(85.6, 54.0)]
    assert client.get(f"{where}&form=poster").status_code == 404
    nothing = client.get(f"/desk/{point.pk}/passes.pdf?day=2020-02-19")
    assert (nothing.status_code, "nothing-to-print" in nothing.content.decode()) == (422, True)
    assert signed_in("auditor").get(where).status_code == 403
    monkeypatch.setattr(registers, "MOST_PASSES", 0)
    too_many = client.get(where)
    assert (too_many.status_code, "too-many-to-print" in too_many.content.decode()) == (422, True)
    html = page(client, f"/desk/{point.pk}/register/?day=2020-02-20")
    assert f"yimatong issuing print --point {point.pk} --day 2020-02-20" in html
    assert 'data-button="print-day"' not in html
    taken_back(paper)
    assert client.get(where).status_code == 422, "a dead pass is not printed"


def test_the_printed_register_counts_spoiled_blanks_of_its_day_and_no_other(signed_in, town, point, paper, monkeypatch):
    by = Official.objects.get(username="desk")
    stock = blanks.receive(by=by, point=point.pk, count=9, now=NOW)
    numbers = [number(stock.district, serial) for serial in range(stock.first, stock.last + 1)]
    blanks.spoil(by=by, point=point.pk, first=numbers[0], last=numbers[2], why="written wrong", now=NOW)
    blanks.void(by=by, point=point.pk, first=numbers[3], last=numbers[3], why="not needed", now=at(20, 23))
    blanks.lose(by=by, point=point.pk, first=numbers[4], last=numbers[4], why="gone", now=NOW)
    blanks.spoil(by=by, point=point.pk, first=numbers[5], last=numbers[5], why="written wrong", now=at(21, 0))
    (text,) = texts(signed_in("desk").get(f"/desk/{point.pk}/register.pdf").content)
    assert "本页小计Thispage新发issued1补换replaced0写坏作废spoiled0用号合计numbersused1" in text
    assert "本日累计Thisday新发issued1补换replaced0写坏作废spoiled4用号合计numbersused5" in text
