#!/usr/bin/env bash
# Make sure that there is a Chromium: where apt-get is there, it brings one.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" > /dev/null; then exit; fi
done
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
if command -v apt-get > /dev/null; then
    root apt-get update --quiet &&
        root apt-get install --yes --quiet --no-install-recommends chromium && exit
fi
echo "The browser tests need Chromium or Chrome: install one of them, so that" >&2
echo "'chromium', 'chromium-browser' or 'google-chrome' starts it, and try again." >&2
exit 1
