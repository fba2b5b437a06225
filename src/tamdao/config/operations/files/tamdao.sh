#!/bin/sh
# `tamdao` on the installed instance: its settings, its user. For root; user tamdao may call it too.
set -a
. /etc/tamdao/tamdao.env
set +a
if [ "$$(id -un)" = tamdao ]; then
    exec $current/.venv/bin/tamdao "$$@"
fi
cd /var/lib/tamdao && exec runuser -u tamdao --preserve-environment -- $current/.venv/bin/tamdao "$$@"
