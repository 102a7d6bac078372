#!/usr/bin/env bash
# Make sure that there are Chromium, pdftotext and EPUBCheck; apt-get installs them.
set -euo pipefail
missing=""
found() { for name in "$@"; do if command -v "$name" > /dev/null; then return; fi; done; false; }
found chromium-headless-shell chromium chromium-browser google-chrome ||
    missing="chromium-headless-shell"
found pdftotext || missing="$missing poppler-utils"
found epubcheck || missing="$missing epubcheck"
if [ -z "$missing" ]; then exit; fi
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
if command -v apt-get > /dev/null; then
    root apt-get update --quiet &&
        # shellcheck disable=SC2086 # several names
        root apt-get install --yes --quiet --no-install-recommends $missing && exit
fi
echo "The tests of the site need these programs: $missing." >&2
echo "Install them so that the shell finds them by these names, and try again." >&2
exit 1
