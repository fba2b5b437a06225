#!/usr/bin/env bash
# Print the path of a Chromium for the browser stories; as root, install it from the system's packages when there is none.
set -uo pipefail
find_it() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}
find_it && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Cài Chromium từ gói hệ thống · installing Chromium from the system's packages" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -q && apt-get install -y -q --no-install-recommends chromium; } >&2 </dev/null
    find_it && exit 0
fi
echo "Không có Chromium cho kiểm thử trình duyệt; cài bằng quyền quản trị: apt-get install chromium" >&2
echo "No Chromium for the browser tests; install it as administrator: apt-get install chromium" >&2
exit 1
