#!/usr/bin/env bash
# The tools of Postgres 15 that backups are made and restored with, from Debian; nothing where they are there already. No server is started.
set -euo pipefail
bin=/usr/lib/postgresql/15/bin
if [ -x "$bin/pg_dump" ] && [ -x "$bin/pg_basebackup" ] && [ -x "$bin/pg_verifybackup" ]; then exit 0; fi
# The package would make a server's data of its own.
settings=/etc/postgresql-common/createcluster.conf
if [ "$(id -u)" -eq 0 ] && [ ! -e "$settings" ]; then
  mkdir -p "$(dirname "$settings")"
  echo 'create_main_cluster = false' >"$settings"
fi
exec "$(dirname "${BASH_SOURCE[0]}")/from-debian.sh" postgresql-15 postgresql-client-15
