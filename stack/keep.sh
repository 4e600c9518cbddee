#!/bin/sh
# keep.sh COMMAND…: run a command, and again whenever it dies, until told to stop.
stopping=
trap 'stopping=1' TERM INT
until [ "$stopping" ]; do
  "$@"
  [ "$stopping" ] || sleep 1
done
