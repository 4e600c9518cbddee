#!/bin/sh
# Prints the JSON of each new point: points.sh amqp://NAME:SECRET@HOST/
# Needs Debian's amqp-tools. It hears what comes from now on; another offset takes a library.
exec amqp-consume --url="${1%/}" -q cpcs.observations -p 100 cat
