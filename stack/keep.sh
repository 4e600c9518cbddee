#!/bin/sh
# keep.sh COMMAND…: run a command, and again whenever it dies, until told to stop.
# One that dies young is given a second of rest.
stopping=
trap 'stopping=1' TERM INT
until [ "$stopping" ]; do
  begun=$(date +%s)
  "$@"
  [ "$stopping" ] || [ $(($(date +%s) - begun)) -gt 5 ] || sleep 1
done
