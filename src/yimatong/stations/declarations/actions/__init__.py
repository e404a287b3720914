"""Every write of the declarations. Keyword-only; whole or not at all; audited without personal data.

Two clocks: `now` is the instant in the city's life (records.clock.now()), `at` is real time (django.utils.timezone.now()):
codes, limits and messages live in `at`, everything declared lives in `now`. A no that is part of the work comes back as
Refused(code, sentence, remedy); a mistake is raised as DeclarationError. Both are told with .tell("zh").
Mistakes in answers come together: AnswersWrong (a DeclarationError) has .errors, a tuple of form.Wrong(field, ...).

channels        register(by, slug, kind, title_zh, title_en, issuer="", client_id="", secret=None, jwks=None, discovery="",
                    messages_url="", messages_secret=None, verifies_identity=False, quota=6000, notes="") -> Channel
                stop(by, slug, why); start(by, slug); secret_of(channel) -> str
                rotate(by, slug, secret=None, jwks=None, messages_url=None, messages_secret=None)
signing_in      sign_in(channel: str, subject: str, claims: Claims(name, id_type, id_number, phone), at) -> Account
                ask_for_code(phone, source: Source, at) -> None | Refused                 the plain browser: a code by SMS
                sign_in_by_code(phone, code, source, at) -> Account | Refused
drafts          save_draft(account, answers, step, at, about="self") -> Draft; drop_draft(account, about="self")
declaring       declare(account, answers, statement: str, now, at, relation=None, person=None) -> Declared
                    relation None: about oneself; else a Dependant.Relation: about a dependant, attached by this
                    Declared(declaration, receipt: str, person: int | None, touched: bool, contradiction: Contradiction | None)
                    person None: held until identity is settled, nothing of it counts yet, the receipt is good already
                    touched: a colour may change: the edge calls judgements.tasks.judge_soon()
                correct(account, person: int, answers, statement, now, at) -> Declared     the same, about somebody of people_of()
                declare_for(by: Official, answers, statement, now, at) -> Declared          at a desk, with the document in hand
family          detach(account, person: int, now, why="asked")                            the dependant's, or a grown child's
checking_in     check_in(account, person: int, symptoms: Sequence[str], now, at) -> CheckedIn(check_in, touched)
earlier         confirm_earlier(account, earlier: int, now) ; reject_earlier(account, earlier: int, now)
contradicting   contradict(person, sort, says, evidence, key, now) -> Contradiction | None  None: that case is there already
                answer(account, contradiction: int, words, now); lapse(now) -> int          heard: answered, or not in time
settling        settle(by, contradiction: int, finding, why, now, at) -> Contradiction      a held declaration counts from here
                ask_owner(contradiction: Contradiction, source, at) -> None | Refused       a code to the owner's own phone
                confirm_owner(contradiction, code, source, now, at) -> Declared | Refused
receipts        ask_for_receipt_code(receipt, source, at) -> None | Refused                 same answer for a wrong receipt
                open_by_receipt(receipt, code, source, at) -> Declaration | Refused
                sms_answer(phone, says: Callable[[int], Answer(colour, until)], source, at) -> None | Refused
places          settle_missing(by, missing: int, stairwell: int | None, why, now, at)
wrong_numbers   says_not_me(text) -> bool; not_me(phone, at) -> None | Refused              "this is not me", by text
messages        post(kind, phone, text, at, carries=None, good_until=None) -> Message       failed at once where it cannot go
                post_to_channel(kind, account, text, at, carries=None, good_until=None) -> Message
                post_many(texts: Sequence[Text], services: Sequence[Service], at, good_until=None); forget(before) -> int
sending         send_waiting(at, urgent=False, seconds=50) -> Sent(sent, failed, again, more)
reporting       report(reference: UUID, arrived: bool, at) -> bool                          what a gateway says of a text it took
limits          spend(what, source, target=None, at) -> None | Refused                      see limits.py for the budgets
statements      in queries: statement_in_force(day)

queries         progress(account, about="self") -> Progress(answers, step, saved_at, prefilled); people_of(account) -> tuple[PersonShown]
                declaration_of(person) -> Declaration | None; history_of(person); answers_of(declaration) -> dict
                receipt_of(declaration) -> str; missed_days(person, now, days=14); open_contradictions(account)
                waiting_earlier(account); statement_in_force(day); channels_open()
                divisions_below(code, day), places_in(division, words=""), parts_of(place), stairwells_of(place)
reaching        wrong_number(person) -> bool; wrong_numbers(people) -> frozenset; wrong_phones(keys) -> frozenset
                accounts_for_messages(people) -> dict[int, Account]; offers(channel); waiting(at) -> Waiting
form            STEPS (each with fields), shown(step, settings.YIMATONG_FORM_OFF)
checks          check(answers, today=, step=None, off=settings.YIMATONG_FORM_OFF, city=settings.YIMATONG_CITY) -> tuple[Wrong, ...]
addresses       unknown_places(answers, today) -> tuple[Wrong, ...]
"""
