#!/usr/bin/env bash
# Prometheus, Alertmanager and their checkers from Debian; nothing where they are there already. None of them is started.
set -euo pipefail
if command -v promtool amtool prometheus prometheus-alertmanager >/dev/null; then exit 0; fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo 'As root: apt-get install -y prometheus prometheus-alertmanager' >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# The packages would start their servers, on the ports that ours have.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends prometheus prometheus-alertmanager >/dev/null
