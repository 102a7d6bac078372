#!/usr/bin/env bash
# Make sure that there are Chromium and pdftotext: where apt-get is there, it brings them.
set -euo pipefail
missing=chromium
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" > /dev/null; then missing=; fi
done
if ! command -v pdftotext > /dev/null; then missing="$missing poppler-utils"; fi
if [ -z "$missing" ]; then exit; fi
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
if command -v apt-get > /dev/null; then
    root apt-get update --quiet &&
        root apt-get install --yes --quiet --no-install-recommends $missing && exit
fi
echo "The browser tests need pdftotext, and Chromium or Chrome: install them, so that" >&2
echo "'chromium', 'chromium-browser' or 'google-chrome' starts it, and try again." >&2
exit 1
