#!/bin/sh
# What the servers of deploy/compose.yaml need before anything of Touchline starts. Done again it changes nothing.
set -eu
node bin/touchline.js init
# The API is reached from outside its container, so everybody needs a key; the first two are Prometheus' and an administrator's.
for name in prometheus:reader operator:admin; do
  file="/var/lib/touchline-keys/${name%%:*}"
  if [ ! -s "$file" ]; then
    umask 077
    node bin/touchline.js keys create "${name%%:*}" --role "${name##*:}" --json \
      | node -e 'let t = ""; process.stdin.on("data", (d) => (t += d)).on("end", () => process.stdout.write(JSON.parse(t).key));' >"$file.new"
    mv "$file.new" "$file"
  fi
done
# Prometheus runs as somebody else.
chmod 644 /var/lib/touchline-keys/prometheus
