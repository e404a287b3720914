"""A job names a task of the list and carries no more than the minute of its schedule: whoever can insert a row has nothing else done.

A station with a new task adds its name in a migration of its own; a test compares the list with what the worker knows.
"""

from django.db import migrations, models

TASKS = (
    "yimatong.records.tasks.forget",
    "yimatong.records.tasks.take_up",
    "yimatong.stations.appeals.tasks.watch_objections",
    "yimatong.stations.checkpoints.tasks.keep_checkpoints",
    "yimatong.stations.checkpoints.tasks.night_of_checkpoints",
    "yimatong.stations.declarations.tasks.every_hour",
    "yimatong.stations.declarations.tasks.send_every_minute",
    "yimatong.stations.declarations.tasks.send_now",
    "yimatong.stations.dispositions.tasks.escalate_hand_overs",
    "yimatong.stations.issuing.tasks.open_collections",
    "yimatong.stations.issuing.tasks.watch_collections",
    "yimatong.stations.judgements.tasks.judge",
    "yimatong.stations.judgements.tasks.remind",
    "yimatong.stations.judgements.tasks.watch_the_clock",
    "yimatong.stations.notifications.tasks.tell_every_minute",
    "yimatong.stations.notifications.tasks.watch_outreach",
    "yimatong.stations.passes.tasks.follow_and_cut",
    "yimatong.stations.passes.tasks.mint_due",
    "yimatong.stations.passes.tasks.mint_strips",
)
LISTED = "INSERT INTO public.job_tasks (name) VALUES {}".format(", ".join(f"('{name}')" for name in TASKS))
GUARD = """
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.job_tasks FROM yimatong_app, yimatong_judge;

CREATE FUNCTION public.jobs_name_a_task() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF NOT EXISTS (SELECT FROM public.job_tasks t WHERE t.name = NEW.task_name)
        OR NEW.args - 'timestamp' <> '{}' OR jsonb_typeof(coalesce(NEW.args -> 'timestamp', '0')) <> 'number'
    THEN
        RAISE EXCEPTION 'a job names a task of the list, and carries a timestamp at most' USING ERRCODE = 'YMT84';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER name_a_task BEFORE INSERT OR UPDATE OF task_name, args ON public.procrastinate_jobs
    FOR EACH ROW EXECUTE FUNCTION public.jobs_name_a_task();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0020_authors"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        migrations.CreateModel(
            name="JobTask",
            fields=[("name", models.CharField(max_length=128, primary_key=True, serialize=False))],
            options={"db_table": "job_tasks"},
        ),
        migrations.RunSQL(LISTED),
        migrations.RunSQL(GUARD),
    ]
