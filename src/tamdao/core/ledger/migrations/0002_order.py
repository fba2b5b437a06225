from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_ledger'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='sealedrow',
            name='row_by_object',
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('kind', 'key')), fields=['number'], name='entry_of_key'),
        ),
        migrations.AddIndex(
            model_name='sealedrow',
            index=models.Index(fields=['table_name', 'pk_text', 'entry', 'position'], name='newest_of_object'),
        ),
    ]
