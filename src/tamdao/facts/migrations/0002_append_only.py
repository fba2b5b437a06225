"""Observations and the change list refuse UPDATE and DELETE (and TRUNCATE on PostgreSQL)."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from tamdao.facts import append_only


def create(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    for sql in append_only.create_statements(schema_editor.connection.vendor):
        schema_editor.execute(sql)


def drop(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop them again."""
    for sql in append_only.drop_statements(schema_editor.connection.vendor):
        schema_editor.execute(sql)


class Migration(migrations.Migration):
    """After the tables exist."""

    dependencies = [("facts", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
