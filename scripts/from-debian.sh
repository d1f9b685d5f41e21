#!/usr/bin/env bash
# Installs packages from Debian, and starts none of the servers that they bring: scripts/from-debian.sh <package>…
set -euo pipefail
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "As root: apt-get install -y $*" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# Packages start their servers, on the ports that ours have.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@" >/dev/null
