"""How phones, scanners and offline desks are answered: JSON, and every mistake in one shape."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

SENTENCES = {
    "not-signed-in": (401, "请先登录。", "sign in first.", "登录后再试。", "sign in and try again."),
    "token-unknown": (401, "本机的绑定不存在。", "this phone's binding is not known.", "登录后重新绑定。", "sign in and bind again."),
    "csrf": (403, "页面已过期。", "the page is over.", "刷新页面后再试。", "load the page again."),
    "body-wrong": (400, "请求内容不正确。", "the body is not in the right form.", "更新页面后再试。", "load the page again."),
    "too-often": (429, "请求过于频繁。", "there were too many requests.", "请稍候。", "wait a little."),
    "binding-moved": (410, "电子码已移到另一部手机。", "the code is on another phone.", "登录后可移回。", "sign in to move it back."),
    "binding-ended": (410, "本机的绑定已结束。", "this phone's binding has ended.", "登录后可重新绑定。", "sign in and bind again."),
    "wrong-method": (405, "请求方式不正确。", "that is not the way to ask.", "更新页面后再试。", "load the page again."),
}  # fmt: skip


class No(Exception):
    """An answer that ends a view."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


def answer(body: object, status: int = 200) -> HttpResponse:
    """JSON that nobody keeps."""
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(data, content_type="application/json", status=status, headers={"Cache-Control": "no-store"})


def no(code: str, *, wait: int = 0, **more: Any) -> HttpResponse:
    """A mistake of this edge, in the one shape."""
    status, zh, en, remedy_zh, remedy_en = SENTENCES[code]
    words = {"sentence": {"zh": zh, "en": en}, "remedy": {"zh": remedy_zh, "en": remedy_en}}
    said = {"code": code, "zh": zh, "en": en, "remedy_zh": remedy_zh, "remedy_en": remedy_en, **words, **more}
    response = answer(said, status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
