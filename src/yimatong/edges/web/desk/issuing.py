"""The clerk's desk for paper passes: somebody's document lies there, and they leave with a pass or with a reason and a remedy.

A look at the person is recorded first and lasts half an hour; its number stands in the address, never the person's. To whom a
point may issue is said by its scope, so nobody is turned away here for the clerk's own jurisdiction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimatong.core.errors import YimatongError
from yimatong.edges import printing
from yimatong.edges.web.desk import finding, numbers, prints, session
from yimatong.edges.web.everybody import objecting, refusals
from yimatong.edges.web.everybody.words import masked, told
from yimatong.edges.web.official import access, counted, frame, passes_in_words, searching
from yimatong.edges.web.official.forms import key_of, number_of
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.reasons import LEAST, MOST
from yimatong.records import calendar, clock
from yimatong.records.actions import audit
from yimatong.records.models import Look, Person
from yimatong.records.queries import division_name
from yimatong.records.refusals import Refused
from yimatong.stations.appeals.actions import dispute_at_a_point
from yimatong.stations.appeals.objections import said_by
from yimatong.stations.appeals.queries import disputes_of
from yimatong.stations.issuing import looking, queries
from yimatong.stations.issuing.actions import issuing, replacing
from yimatong.stations.issuing.hours import is_open
from yimatong.stations.issuing.models import Paper, Point, Signature

FORMS: dict[str, Promise] = {
    "card": _("Card"),
    "a4": _("Large print, A4"),
    "thermal80": _("Strip, 80 mm"),
    "thermal58": _("Strip, 58 mm"),
}
DONE: dict[str, Promise] = {
    "issued": _("Issued and in the register."),
    "replaced": _("Issued and in the register."),
    "signed": _("Signed. Hand the pass over with the document."),
}
SIGNED: dict[str, Promise] = {
    "screen": _("signed on the screen"),
    "scan": _("signed on a page that was scanned"),
    "paper": _("signed on the paper register"),
}


class FindForm(forms.Form):
    """Whose document lies there: one box for all. The reason is filled in, so that the desk types once and presses Enter."""

    template_name = "web/parts/form.html"
    typed = forms.CharField(
        label=_("Document number, name or its sound, or a pass's number"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("An ID reader types here too. 张伟, zhangwei or zw finds people in this point's reach."),
    )
    words = forms.CharField(
        label=_("Why you look"), min_length=LEAST, max_length=MOST, initial=_("came with the document")
    )

    @property
    def reason(self) -> str:
        """The reason as it is recorded."""
        return f"paper: {self.cleaned_data['words'].strip()}"


@dataclass(frozen=True)
class Line:
    """A point of the list with its figures of today."""

    point: Point
    numbers: int
    waiting: int
    today: int
    is_open: bool


@access.page(access.DESK)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """List the points at whose desks one works."""
    now, by = clock.now(), access.official(request)
    mine = [
        one
        for one in queries.points_of(by).filter(stopped_at=None)
        if access.may_see(by, one.division) or by.role == "clerk"
    ]
    return show(request, "web/desk.html", {"lines": [line_of(point, now) for point in mine]})


def line_of(point: Point, now: Any) -> Line:
    """The figures of a point now."""
    issued = sum(queries.day_of_point(point.pk, calendar.day(now)).values())
    left = queries.stock(point.pk)
    waiting = len(queries.queue(point.pk, now).waiting)
    return Line(point, left.numbers + left.district, waiting, issued, is_open(point, now))


@access.page(access.DESK)
@require_http_methods(["GET", "POST"])
def point(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for the document, record the look, and go to what can be done for its holder."""
    at = session.here(request, number)
    form = FindForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"line": line_of(at, clock.now()), "point": at, "form": form}
    if request.method == "GET" or not form.is_valid():
        return show(request, "web/desk_point.html", context, status=422 if request.method == "POST" else 200)
    searching.begin(request)
    found = finding.find(at, form.cleaned_data["typed"])
    if found.sort == "pass":
        return numbers.told(request, at, found.typed)
    searching.done(request, sort=searching.Sort(found.sort), typed=found.typed, found=len(found.people))
    numbers_found = [person.number for person in found.people]
    made = counted.found(by=access.official(request), people=numbers_found, why=form.reason, where=session.WHERE)
    looks = [(look, *told_apart(person)) for look, person in zip(made, found.people, strict=True)]
    if len(looks) == 1 and found.sort != "name":
        return redirect("web:desk-person", at.pk, looks[0][0].pk)
    # What comes next has the focus, and not the box again.
    form.fields["typed"].widget.attrs.pop("autofocus", None)
    context |= {"found": found, "looks": looks}
    return frame.kept_nowhere(show(request, "web/desk_point.html", context, status=200 if looks else 422))


def told_apart(person: Person) -> tuple[str, str, str]:
    """What tells the results of a name apart, and no more: the masked name, how the document ends, the street."""
    street = division_name(person.division, calendar.today(), levels=1) if person.division else ""
    return masked(person.name), person.id_tail, street or ""


@access.page(access.DESK)
@require_GET
def person(request: HttpRequest, number: int, look: int) -> HttpResponse:
    """Show whom the clerk compares with the document, what issuing would say, and the passes that live."""
    by, at = access.official(request), session.here(request, number)
    seen = session.look_of(by, look)
    if seen is None:
        return redirect("web:desk-point", at.pk)
    answer = issuing.look(
        by=by, point=at.pk, person=seen.person_id, now=clock.now(), child_of=session.guardian_of(by, seen)
    )
    return person_page(request, at, seen, answer)


def person_page(
    request: HttpRequest, at: Point, seen: Look, answer: Any, status: int = 200, key: UUID | None = None, **more: Any
) -> HttpResponse:
    """The page of a person at the desk, with an answer of issuing to be read aloud where it is a refusal."""
    now = clock.now()
    no = answer if isinstance(answer, Refused) else None
    standing = looking.standing(seen.person_id, now)
    live = Paper.objects.filter(number__in=[one.number for one in standing]).select_related("entry", "point")
    said = disputes_of(seen.person_id)
    context = {
        "point": at,
        "seen": seen,
        "name": masked(seen.person.name),
        "parent": session.guardian_of(access.official(request), seen) is not None,
        "no": no and refusals.in_words(no),
        "reasons": [(one, said.get(one.evidence.fact)) for one in no.reasons] if no else [],
        "live": live,
        "children": session.children_of(seen.person) if seen.person.id_type != Person.IdType.NONE else [],
        "is_grown": seen.person.id_type != Person.IdType.NONE,
        "key": key or uuid4(),
        "objections": objecting.told(said_by(seen.person_id, now)),
        "objected": request.GET.get("done") == "objected",
        **more,
    }
    return show(request, "web/desk_person.html", context, status=status)


@access.page(access.DESK)
@require_POST
def child(request: HttpRequest, number: int, look: int) -> HttpResponse:
    """Go on with a child of the person whose document lies there; the look at the child names the parent's look."""
    by, at = access.official(request), session.here(request, number)
    seen = session.look_of(by, look)
    if seen is None:
        return redirect("web:desk-point", at.pk)
    chosen = request.POST.get("dependant", "")
    found = next((one for one in session.children_of(seen.person) if str(one.pk) == chosen), None)
    if found is None:
        raise Http404
    made = counted.look(by=by, person=found.person_id, why=f"paper: child of look/{seen.pk}", where=session.WHERE)
    return redirect("web:desk-person", at.pk, made.pk)


@access.page(access.DESK)
@require_POST
def issue(request: HttpRequest, number: int, look: int) -> HttpResponse:
    """Issue the pass: the clerk has compared document and person. The same press issues once."""
    by, at = access.official(request), session.here(request, number)
    seen = session.look_of(by, look)
    if seen is None:
        return redirect("web:desk-point", at.pk)
    key, guardian = key_of(request), session.guardian_of(by, seen)
    answer = issuing.issue(by=by, point=at.pk, person=seen.person_id, now=clock.now(), child_of=guardian, key=key)
    if isinstance(answer, Refused):
        return person_page(request, at, seen, answer, 422, key)
    return redirect(session.address(answer.paper) + "?done=issued")


@access.page(access.DESK)
@require_POST
def replace(request: HttpRequest, number: int, look: int) -> HttpResponse:
    """Replace a pass of this person that is lost or damaged: a new number, and the old one is dead."""
    by, at = access.official(request), session.here(request, number)
    seen = session.look_of(by, look)
    if seen is None:
        return redirect("web:desk-point", at.pk)
    old = get_object_or_404(Paper, entry__pk=number_of(request, "entry"), person=seen.person_id)
    key = key_of(request)
    answer = replacing.replace(
        by=by, point=at.pk, number=old.number, why=request.POST.get("why", ""), now=clock.now(), key=key
    )
    if isinstance(answer, Refused):
        return person_page(request, at, seen, answer, 422)
    return redirect(session.address(answer.paper) + "?done=replaced")


@access.page(access.DESK)
@require_POST
def objection(request: HttpRequest, number: int, look: int) -> HttpResponse:
    """Write down, in the person's words, which fact of a refusal is wrong (G2). It moves no colour by itself."""
    by, at = access.official(request), session.here(request, number)
    seen = session.look_of(by, look)
    if seen is None:
        return redirect("web:desk-point", at.pk)
    fact, words, now = request.POST.get("fact", ""), request.POST.get("words", ""), clock.now()
    try:
        dispute_at_a_point(by=by, point=at.pk, person=seen.person_id, evidence=fact, words=words, now=now)
    except YimatongError as mistake:
        answer = issuing.look(
            by=by, point=at.pk, person=seen.person_id, now=now, child_of=session.guardian_of(by, seen)
        )
        kept = {"fact": fact, "words": words, "told": told(mistake)}
        return person_page(request, at, seen, answer, 422, mistake=kept)
    return redirect(f"{request.path.removesuffix('objection/')}?done=objected")


@access.page(access.DESK)
@require_GET
def paper(request: HttpRequest, number: int, entry: int) -> HttpResponse:
    """Show a pass of the point's register, with its prints and the place for the signature."""
    return paper_page(request, session.here(request, number), entry)


def paper_page(request: HttpRequest, at: Point, entry: int, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a pass."""
    found = session.paper_of(at, entry)
    state, cause = queries.state_of(found, clock.now())
    title, tone = passes_in_words.STATES[state]
    signature = Signature.objects.filter(entry_id=entry).first()
    context = {
        "point": at,
        "entry": entry,
        "paper": found,
        "name": masked(found.name),
        "state": title,
        "tone": tone,
        "cause": passes_in_words.CAUSES.get(cause, ""),
        "old": found.replaces,
        "missing": bool(printing.unprintable(found.name)),
        "prints": list(FORMS.items()) if state in numbers.PRINTABLE else [],
        "signed": SIGNED[signature.how] if signature else None,
        "signed_at": signature.signed_at if signature else None,
        "done": DONE.get(request.GET.get("done", "")),
        **more,
    }
    return show(request, "web/desk_pass.html", context, status=status)


@access.page(access.DESK)
@require_GET
def pdf(request: HttpRequest, number: int, entry: int, form: str) -> HttpResponse:
    """Give the print of a pass; one that is dead is not printed."""
    by, at = access.official(request), session.here(request, number)
    found = session.paper_of(at, entry)
    if form not in FORMS:
        raise Http404
    if queries.state_of(found, clock.now())[0] not in numbers.PRINTABLE:
        return redirect(session.address(found))
    made = printing.card([prints.printed(found, clock.now())], form=form)  # type: ignore[arg-type]
    audit.record(by=by, action="paper.print", subject=f"paper/{found.number}", details={"form": form})
    return session.pdf_answer(made, f"pass-{entry}-{form}")
