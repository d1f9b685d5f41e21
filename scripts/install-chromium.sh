#!/usr/bin/env bash
# Chromium from Debian, for the tests of the console; nothing where it is there already.
set -euo pipefail
if [ -x /usr/bin/chromium ]; then exit 0; fi
exec "$(dirname "${BASH_SOURCE[0]}")/from-debian.sh" chromium
