#!/usr/bin/env bash
# Make sure of strace for the fault sweep; as root, install it from the system's packages when there is none.
set -uo pipefail
command -v strace >/dev/null && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Cài strace từ gói hệ thống · installing strace from the system's packages" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -q && apt-get install -y -q --no-install-recommends strace; } >&2 </dev/null
    command -v strace >/dev/null && exit 0
fi
echo "Không có strace, bỏ qua kiểm thử gây lỗi ổ đĩa; cài bằng quyền quản trị: apt-get install strace" >&2
echo "No strace: the fault sweep is skipped; install it as administrator: apt-get install strace" >&2
exit 0
