"""No personal data in a log line, whatever a careless line of code hands over."""

import json
import logging
import logging.config

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.log import log_response

from yimatong.site.logs import drop_personal_data, is_personal, logging_settings

SYNTHETIC_ID = "330299198801011232"


@pytest.mark.parametrize(
    "key",
    ["name", "full_name", "id_number", "phone", "phone_number", "mobile", "address", "home_address", "person", "people",
     "colour", "colours", "reasons", "symptom", "passport_number", "birthday", "password", "token", "cookies", "plate"],
)  # fmt: skip
def test_a_personal_key_is_dropped(key):
    assert drop_personal_data(None, "info", {key: "x"}) == {key: "dropped"}


@pytest.mark.parametrize(
    "key", ["event", "route", "status", "run", "delivery", "rows", "seconds", "task_name", "hostname"]
)
def test_a_key_about_the_work_stays(key):
    assert not is_personal(key)


def test_an_id_number_and_a_mobile_number_are_masked_inside_any_text():
    line = drop_personal_data(None, "error", {"event": f"bad row {SYNTHETIC_ID}, call 13800001111", "rows": 3})
    assert line == {"event": "bad row dropped, call dropped", "rows": 3}


def test_personal_data_is_dropped_at_any_depth():
    line = drop_personal_data(None, "info", {"context": [{"delivery": 7, "phone": "1"}, SYNTHETIC_ID]})
    assert line == {"context": [{"delivery": 7, "phone": "dropped"}, "dropped"]}


def test_numbers_that_are_no_id_numbers_stay():
    assert drop_personal_data(None, "info", {"event": "as of 26334000, division 330203001, 20200215083000"}) == {
        "event": "as of 26334000, division 330203001, 20200215083000"
    }


def test_a_line_of_a_library_comes_out_as_json_without_personal_data(capsys):
    formatter_settings = logging_settings("INFO")["formatters"]["json"]
    factory = formatter_settings["()"]
    handler = logging.StreamHandler()
    handler.setFormatter(factory(**{key: value for key, value in formatter_settings.items() if key != "()"}))
    logger = logging.getLogger("a.library")
    logger.addHandler(handler)
    try:
        logger.warning("could not parse %s", SYNTHETIC_ID, extra={"phone": "13800001111"})
    finally:
        logger.removeHandler(handler)
    line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    assert line["event"] == "could not parse dropped"
    assert line["phone"] == "dropped"
    assert line["level"] == "warning"


def refused():
    raise ValueError("Key (name)=(王小明) already exists")


def test_of_a_request_that_failed_the_kind_and_the_place_are_logged_and_neither_path_nor_words(capsys):
    """Both could name a person: `/people/21/`, and the row that a constraint refused."""
    settings = logging_settings("INFO")
    logging.config.dictConfig(settings)
    try:
        try:
            refused()
        except ValueError as problem:
            answer = HttpResponse(status=500)
            request = RequestFactory().get("/people/21/")
            log_response(
                "%s: %s", "Internal Server Error", "/people/21/", response=answer, request=request, exception=problem
            )
    finally:
        logging.getLogger("django.request").handlers.clear()
    (said,) = [line for line in capsys.readouterr().err.splitlines() if "Internal Server Error" in line]
    told = json.loads(said)
    assert told["event"] == "Internal Server Error"
    assert told["error_kind"] == "ValueError"
    assert "test_logs.py" in told["where"][-1]
    assert "王小明" not in said
    assert "/people/21/" not in said
