#!/usr/bin/env bash
# Backs up as `touchline backup` does: scripts/backup.sh full|incremental|wal|all
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case "${1:-}" in
  full | incremental | wal | all) exec node bin/touchline.js backup "$@" ;;
  *)
    echo 'Usage: scripts/backup.sh full|incremental|wal|all [--json]' >&2
    exit 2
    ;;
esac
