#!/bin/sh
# Start each service from a folder that holds only shared/ and that service, with only
# its own dependency group installed, and wait until it says that it waits for a broker;
# and let the operator's commands tell of themselves from a folder like their container's.
set -eu
uv=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for service in gateway ingest catalog imager calibrator alerts; do
  room=$work/$service
  mkdir -p "$room/services"
  cp -r shared "$room/shared"
  cp services/__init__.py "$room/services/"
  cp -r "services/$service" "$room/services/$service"
  $uv venv -q --python python3 "$room/venv"
  $uv pip sync -q --python "$room/venv/bin/python" --require-hashes \
    "requirements/$service.txt"
  # Nothing listens on port 1: a service that got there has imported and wired it all.
  (cd "$room" && export PYTHONPATH=. CPCS_DATA_DIR="$room" \
    CPCS_AMQP_URL=amqp://127.0.0.1:1/ &&
    exec venv/bin/python -m "services.$service" > log 2>&1) &
  started=$!
  tries=0
  until grep -q 'Connect call failed' "$room/log" 2> /dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || { kill "$started"; cat "$room/log"; exit 1; }
    sleep 0.1
  done
  kill -TERM "$started"
  wait "$started"
  echo "$service starts by itself"
done
room=$work/operate
mkdir -p "$room"
cp -r shared services operate stack "$room"
$uv venv -q --python python3 "$room/venv"
$uv pip sync -q --python "$room/venv/bin/python" --require-hashes requirements/operate.txt
(cd "$room" && PYTHONPATH=. venv/bin/python -m operate surveys --help > /dev/null)
echo "operate starts by itself"
