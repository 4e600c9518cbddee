#!/bin/sh
# subscriber.sh NAME: makes a broker account that may read the public stream of points, and
# nothing else, and prints its secret; made again it gets a new one. On the broker's machine.
set -eu
name=${1:?Usage: subscriber.sh NAME}
case $name in *[!A-Za-z0-9_-]*) echo "NAME may have letters, digits, _ and - alone." >&2; exit 2;; esac
own=${CPCS_DATA_DIR:-.data}/broker/environment
ctl=rabbitmqctl
if [ -f "$own" ]; then
  . "$own" # a broker of `make up`: the system's own rabbitmqctl would become another user
  ctl=/usr/lib/rabbitmq/bin/rabbitmqctl
fi
secret=$(od -An -N18 -tx1 /dev/urandom | tr -d ' \n')
"$ctl" -q add_user "$name" "$secret" > /dev/null 2>&1 || "$ctl" -q change_password "$name" "$secret" > /dev/null
"$ctl" -q set_permissions "$name" '^$' '^$' '^cpcs\.observations$' > /dev/null
echo "$name:$secret"
