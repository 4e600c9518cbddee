#!/bin/sh
# build.sh: compile the sums of the fit into sums.so, for whatever processor it meets.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for source in *.c; do
  "${CC:-cc}" -std=c11 -O3 -ffast-math -fPIC -Wall -Wextra -Werror \
    -c "$source" -o "$work/$source.o"
done
# Not -ffast-math here: a linker told so sets rounding for the whole process.
"${CC:-cc}" -shared "$work"/*.o -lm -o "$work/sums.so"
mv "$work/sums.so" sums.so
