from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_order'),
    ]

    operations = [
        migrations.CreateModel(
            name='WitnessState',
            fields=[
                ('name', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('size', models.BigIntegerField(default=0)),
                ('at', models.CharField(blank=True, max_length=24)),
                ('error_vi', models.TextField(blank=True)),
                ('error_en', models.TextField(blank=True)),
                ('failing_since', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('witness', models.CharField(max_length=200)),
                ('size', models.BigIntegerField()),
                ('checkpoint', models.TextField()),
                ('content', models.TextField()),
                ('received_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['witness', 'size'], name='receipt_by_witness')],
            },
        ),
    ]
