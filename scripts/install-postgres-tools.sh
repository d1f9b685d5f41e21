#!/usr/bin/env bash
# The tools of Postgres 15 that backups are made and restored with, from Debian; nothing where they are there already. No server is started.
set -euo pipefail
bin=/usr/lib/postgresql/15/bin
if [ -x "$bin/pg_dump" ] && [ -x "$bin/pg_basebackup" ] && [ -x "$bin/pg_verifybackup" ]; then exit 0; fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo 'As root: apt-get install -y postgresql-15 postgresql-client-15' >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# The package would make and start a server of its own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
mkdir -p /etc/postgresql-common
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends postgresql-15 postgresql-client-15 >/dev/null
