"""Makes a table, changes rows, then does what TAMDAO_TEST_HALFWAY says: fail, kill, or go on to the end."""

import os
import signal

from django.db import migrations


def stop(apps, schema_editor):
    schema_editor.execute("UPDATE people_person SET display_name = 'half-way'")
    way = os.environ["TAMDAO_TEST_HALFWAY"]
    if way == "fail":
        raise RuntimeError("half-way")
    if way == "kill":
        os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


class Migration(migrations.Migration):
    initial = True
    # what a migration outside a transaction leaves behind is the worst case
    atomic = False
    dependencies = []
    operations = [
        migrations.RunSQL("CREATE TABLE halfway_thing (id integer PRIMARY KEY)"),
        migrations.RunPython(stop),
    ]
