"""What the database itself refuses around paper: a credential of somebody who is red or yellow, and a recall taken back.

Codes: YMT37 colour, YMT38 paper credential changed, YMT39 paper epoch.
"""

from django.db import migrations

PLACES = """
CREATE SEQUENCE paper_places AS bigint MINVALUE 0 START 0;
GRANT SELECT, USAGE ON SEQUENCE paper_places TO yimatong_app;
"""

CREDENTIALS = """
CREATE FUNCTION paper_credentials_of_nobody_red() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (SELECT colour FROM verdicts WHERE person_id = NEW.person_id ORDER BY run_id DESC LIMIT 1) IN ('red', 'yellow') THEN
        RAISE EXCEPTION 'somebody whose verdict in force is red or yellow gets no paper' USING ERRCODE = 'YMT37';
    END IF;
    IF NEW.recalled_at IS NOT NULL OR extract(epoch FROM NEW.until) > (SELECT until FROM paper_epochs WHERE epoch = NEW.epoch_id)
    THEN
        RAISE EXCEPTION 'a paper credential begins live and ends within its epoch' USING ERRCODE = 'YMT38';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER of_nobody_red BEFORE INSERT ON paper_credentials
    FOR EACH ROW EXECUTE FUNCTION paper_credentials_of_nobody_red();

CREATE FUNCTION paper_credentials_go_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.serial, OLD.epoch_id, OLD.place, OLD.person_id, OLD.run, OLD.issued_at, OLD.until, OLD.recorded_at)
        IS DISTINCT FROM (NEW.serial, NEW.epoch_id, NEW.place, NEW.person_id, NEW.run, NEW.issued_at, NEW.until, NEW.recorded_at)
        OR (OLD.recalled_at IS NOT NULL
            AND (OLD.recalled_at, OLD.cause, OLD.doubled) IS DISTINCT FROM (NEW.recalled_at, NEW.cause, NEW.doubled))
        OR (OLD.listed AND NOT NEW.listed)
    THEN
        RAISE EXCEPTION 'a paper credential is recalled once, and nothing else of it changes' USING ERRCODE = 'YMT38';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER go_forward BEFORE UPDATE ON paper_credentials
    FOR EACH ROW EXECUTE FUNCTION paper_credentials_go_forward();
CREATE TRIGGER refuse_delete BEFORE DELETE ON paper_credentials
    FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
REVOKE DELETE ON paper_credentials, paper_epochs FROM yimatong_app;
"""

EPOCHS = """
CREATE FUNCTION paper_epochs_go_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.epoch, OLD.bits, OLD.base) IS DISTINCT FROM (NEW.epoch, NEW.bits, NEW.base) OR NEW.until < OLD.until THEN
        RAISE EXCEPTION 'of a paper epoch only its end is put off' USING ERRCODE = 'YMT39';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER go_forward BEFORE UPDATE ON paper_epochs FOR EACH ROW EXECUTE FUNCTION paper_epochs_go_forward();
CREATE TRIGGER refuse_delete BEFORE DELETE ON paper_epochs FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
"""


class Migration(migrations.Migration):
    dependencies = [("passes", "0004_papers")]
    operations = [migrations.RunSQL(sql) for sql in (PLACES, CREDENTIALS, EPOCHS)]
