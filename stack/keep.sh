#!/bin/sh
# keep.sh COMMAND…: run a command, and again whenever it dies, until told to stop.
# One that dies young is given a second of rest. Where CPCS_STACK_LOCK names the lock of
# a stack, whoever holds that is the stack's life: all end when it is let go, however.
stopping=
trap 'stopping=1' TERM INT
if [ "${CPCS_STACK_LOCK-}" ]; then
  exec 9< "$CPCS_STACK_LOCK.kept" # held, through us, by all that we start
  flock -s 9
  (flock -s "$CPCS_STACK_LOCK" true; kill -TERM 0) 9<&- &
fi
until [ "$stopping" ]; do
  begun=$(date +%s)
  "$@"
  [ "$stopping" ] || [ $(($(date +%s) - begun)) -gt 5 ] || sleep 1
done
