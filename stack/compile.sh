#!/bin/sh
# compile.sh FOLDER…: compile the C of each folder, and what all share, into its sums.so,
# for whatever processor it meets. Where that was not done, numpy does the same.
set -eu
common=$(dirname "$0")/../shared/compiled
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for folder; do
  rm -f "$work"/*
  case "$folder" in
    *ingest*) math= ;; # numbers are rounded as Python rounds them
    *) math=-ffast-math ;;
  esac
  for source in "$folder"/*.c "$common"/*.c; do
    # CFLAGS may be several words, the other none.
    # shellcheck disable=SC2086
    "${CC:-cc}" -std=c11 -O3 $math -fPIC -Wall -Wextra -I "$common" ${CFLAGS-} \
      -c "$source" -o "$work/$(basename "$source").o"
  done
  # Not -ffast-math here: a linker told so sets rounding for the whole process.
  "${CC:-cc}" -shared "$work"/*.o -pthread -lm -o "$work/sums.so"
  mv "$work/sums.so" "$folder/sums.so"
done
