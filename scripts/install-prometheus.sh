#!/usr/bin/env bash
# Prometheus, Alertmanager and their checkers from Debian; nothing where they are there already. None of them is started.
set -euo pipefail
missing=0
# Of several names at once `command -v` is content with one.
for tool in promtool amtool prometheus prometheus-alertmanager; do command -v "$tool" >/dev/null || missing=1; done
if [ "$missing" -eq 0 ]; then exit 0; fi
exec "$(dirname "${BASH_SOURCE[0]}")/from-debian.sh" prometheus prometheus-alertmanager
