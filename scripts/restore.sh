#!/usr/bin/env bash
# touchline restore under the name that it has in the catalogue (BKP-9).
set -euo pipefail
exec node "$(dirname "$(readlink -f "$0")")/../bin/touchline.js" restore "$@"
