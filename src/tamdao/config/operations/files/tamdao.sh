#!/bin/sh
# `tamdao` on the installed instance: its settings, its user. For root; user tamdao may call it too.
set -a
. /etc/tamdao/tamdao.env
set +a
if [ "$$(id -un)" = tamdao ]; then
    exec $shell_program "$$@"
fi
cd $shell_home && exec runuser -u tamdao --preserve-environment -- $shell_program "$$@"
