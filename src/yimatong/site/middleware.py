"""What every answer of the web server carries: a request's id in the log, and the headers that keep a browser in check."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("yimatong.requests")

Answer = Callable[[HttpRequest], HttpResponse]

# No inline script and no inline style: a page that lets text in by mistake still runs nothing.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeaders:
    """Set the headers that Django 5.2 has no setting for; the others are in the settings."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for header, value in HEADERS.items():
            response.headers.setdefault(header, value)
        # Who asks is looked up only where the answer says nothing of its own: a file that is the same for everybody must not
        # vary by cookie, or a phone asks for it again as soon as somebody signs in.
        if "Cache-Control" not in response.headers and request.user.is_authenticated:
            # What an official saw stays on no shared computer's disk.
            response.headers["Cache-Control"] = "no-store"
        return response


class BehindProxies:
    """Make REMOTE_ADDR the address that asked the outermost of our own proxies; what was written further left, anybody could write."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.YIMATONG_PROXIES:
            written = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
            if len(written) >= settings.YIMATONG_PROXIES:
                request.META["REMOTE_ADDR"] = written[-settings.YIMATONG_PROXIES]
        return self.get_response(request)


class RequestId:
    """Give each request an id, put it into every log line and into the answer, and log the request once, without its path's person.

    The log has the route (`runs/<number:number>/`), never the path, so that no person's number gets into it.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:16]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        response.headers["X-Request-Id"] = request_id
        match = request.resolver_match
        log.info(
            "request",
            method=request.method,
            route=match.route if match else None,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
        )
        return response
