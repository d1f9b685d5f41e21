#!/usr/bin/env bash
# Java and Maven from Debian, with which Kafka is fetched and run; nothing where they are there already.
set -euo pipefail
if command -v java >/dev/null && command -v mvn >/dev/null; then exit 0; fi
exec "$(dirname "${BASH_SOURCE[0]}")/from-debian.sh" openjdk-17-jre-headless maven
