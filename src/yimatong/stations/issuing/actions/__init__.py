"""What writes to the issuing tables: keyword-only, all or nothing, audited without personal data.

`now` is city time, `at` real time. Refused is a value with code, zh, en, remedies (errors.py); mistakes are exceptions.

points      open_point(by, kind, title, division: int (9 digits), address, hours, scope="everybody", place: int | None = None,
                       documents=(), desks=1, longitude=None, latitude=None, now) -> Point           the control office
            stop_point(by, point: int, why); appoint(by, point: int, official: Official) -> Staff; release(by, point, official)
leases      lease(by, point: int, desk: str, request: UUID, now, count=None) -> Lease     for an offline desk; same request, same lease
issuing     look(by, point: int, person: int, now, child_of=None) -> Good | Refused  what issue would say; nothing is written
            issue(by, point: int, person: int, now, child_of: int | None = None, document_seen=True, key: UUID | None = None)
                -> Issued(number, text, valid_until, paper, again) | Refused
                Refused.code: not-green (with .reasons to read aloud), not-judged, not-declared, wait-for-judgement, has-one-already
                (.number), out-of-scope, outside-hours, no-numbers, stopped, document-not-seen. key: the button pressed twice
                issues once (again=True).
replacing   replace(by, point: int, number: str, why: "lost" | "damaged", now, key=None) -> Issued | Refused
            hand_in(by, point: int, number: str, now)                                the holder gives it back
signing     sign_register(by, number: str, how: "screen" | "scan", data: bytes, now) -> Signature
blanks      receive(by, point: int, count: int, now) -> Lease                        numbers to be printed (edges/printing)
            spoil / lose / void(by, point: int, first: str, last: str, why, now) -> BlankMove
            enter_blank(by, point: int, number: str, person: int, issued_at, now, child_of=None) -> Issued | Refused
bringing    bring(device: DeskDevice, records: Sequence[Sent], now, at) -> list[Said(n, state, code)]    what an offline desk did, once
offline     leased_number(device, number, issued_at, now) -> Drawn; enter_card(device, drawn, person, child_of, issued_at, key, now)
            settle_held(by, held: int, why)
collecting  close_task(by, task: int, outcome, note, now) -> CollectionTask
            open_tasks(now) -> int                                                   the worker, after each follow
fraud       open_case(by, number, says, grounds, now) -> FraudCase; hear(by, case, words, now); answer(account, case, words, now)
            settle(by, case, finding, why, handed_to, now)
rosters     ask(by, point: int, workers: Sequence[Worker(id_type, id_number, name, category)]) -> int; drop(by, asked: int, now)
            agree(account, asked: int, now) -> RosterLine; decline(account, asked: int, now)                 the worker
            signed(by, asked: int, now) -> RosterLine                                    the clerk, who has the signed paper
            add(by, point: int, person: int, category, consent, now) -> RosterLine; remove(by, line: int, why: "withdrawn" | "left", now)
            record_tests(by, point: int, tests: Sequence[RosterTest(person, detail, sampled_at)], now) -> int    the health department
slots       book(account, point: int, slot: datetime, now) -> Ticket | Refused; cancel(account, ticket, now)
            draw(point: int, now) -> Ticket; arrive(ticket, now); leave(ticket, now)
            call_next(by, point, now) -> Ticket | None; served(by, ticket, now)
"""
