"""Everybody's sealed numbers are bound to the person, and each identity gets its digest (records/identity.py).

It goes through everybody in pieces, each a transaction: killed at any moment, the next start goes on with those who have no digest yet.
What does not open under the key is left as it is and named by the check (records/identities.py); where nothing of a whole piece opens,
the key is another one and nothing is written.
"""

from django.db import migrations, transaction

from yimatong.records import identity

PIECE = 20_000
READ = """
SELECT number, name, sex, id_type, id_key, id_sealed, id_tail, phone_sealed, recorded_at,
    (extract(epoch FROM recorded_at) * 1000000)::bigint AS since
FROM people WHERE number > %s AND identity_mac IS NULL ORDER BY number LIMIT %s
"""
MADE = "CREATE TEMP TABLE IF NOT EXISTS bound (number integer, id bytea, phone bytea, mac bytea) ON COMMIT DELETE ROWS"
WRITE = """
UPDATE people SET id_sealed = bound.id, phone_sealed = bound.phone, identity_mac = bound.mac, identified_at = people.recorded_at
FROM bound WHERE bound.number = people.number
"""


def bind(apps, schema_editor):
    """Bind and digest all who have no digest."""
    last = 0
    while last is not None:
        with transaction.atomic(using=schema_editor.connection.alias), schema_editor.connection.cursor() as cursor:
            last = _piece(cursor, last)


def _piece(cursor, last):
    """The next piece; the last number of it, or None where there was nobody."""
    cursor.execute(READ, [last, PIECE])
    rows = cursor.fetchall()
    if not rows:
        return None
    _require_the_key(rows)
    cursor.execute(MADE)
    with cursor.copy("COPY bound FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int4", "bytea", "bytea", "bytea"])
        for row in rows:
            copy.write_row(_bound(row))
    cursor.execute(WRITE)
    return rows[-1][0]


def _require_the_key(rows):
    """EnvironmentProblem `identity-key-wrong` where nothing sealed among the rows opens."""
    sealed = [row[5] for row in rows if row[5] is not None]
    if sealed and all(identity.opened(one, "id") is None for one in sealed):
        identity.unseal(sealed[0], "id")


def _bound(row):
    number, name, sex, id_type, key, document, tail, phone, _recorded, since = row
    document, phone = _again(document, "id", number), _again(phone, "phone", number)
    standing = identity.Standing(number, name, sex, id_type, key and key.bytes, document, tail, since)
    return number, document, phone, next(identity.macs([identity.covered(*standing)]))


def _again(sealed, purpose, number):
    """A sealed text bound to its person; as it is where it does not open, or is bound already."""
    if sealed is None:
        return None
    text = identity.opened(sealed, purpose)
    return bytes(sealed) if text is None else identity.seal(text, purpose, number)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0022_identities_dated")]
    operations = [migrations.RunPython(bind)]
