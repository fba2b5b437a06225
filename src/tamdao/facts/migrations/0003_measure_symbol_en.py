"""The symbol of a measure in English, where it is a word."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("facts", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="measure",
            name="symbol_en",
            field=models.CharField(blank=True, max_length=40),
        ),
    ]
