#!/bin/sh
# need.sh PATH PACKAGE [ADVICE]: make sure PATH is there, from Debian's PACKAGE if not.
set -eu
[ -e "$1" ] && exit 0
as_root=
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get > /dev/null && { [ -z "$as_root" ] || $as_root true 2> /dev/null; }; then
  echo "Installing $2 …" >&2
  export DEBIAN_FRONTEND=noninteractive
  $as_root apt-get install -y -qq --no-install-recommends "$2" > /dev/null 2>&1 ||
    { $as_root apt-get update -qq &&
      $as_root apt-get install -y -qq --no-install-recommends "$2"; } > /dev/null
fi
[ -e "$1" ] || {
  echo "$2 is missing: run 'sudo apt-get install $2'${3:+, or $3}." >&2
  exit 1
}
