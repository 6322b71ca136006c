#!/bin/sh
# Install Debian's Chromium for the browser tests; where that is not possible they are skipped with one line.
set -u
if command -v chromium >/dev/null 2>&1; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the browser tests"
    { apt-get update -q && apt-get install -y -q chromium; } >/dev/null 2>&1 && exit 0
fi
echo "No Chromium and no way to install it here: the browser tests will be skipped."
