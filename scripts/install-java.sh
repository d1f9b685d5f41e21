#!/usr/bin/env bash
# Java and Maven from Debian, with which Kafka is fetched and run; nothing where they are there already.
set -euo pipefail
if command -v java mvn >/dev/null; then exit 0; fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo 'As root: apt-get install -y openjdk-17-jre-headless maven' >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless maven >/dev/null
