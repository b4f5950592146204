#!/bin/sh
# Installs the Debian packages that a step needs, and says what it does.
# usage: debian-packages.sh build|window|sheets …
# build:  what the C part of the desktop app is compiled against
# window: a virtual display with a window manager and a Danish keyboard
# sheets: what reads the printed sheets back in the tests
set -eu

build="gcc libc6-dev pkg-config libgl1-mesa-dev libx11-dev libxcursor-dev libxrandr-dev libxinerama-dev libxi-dev libxxf86vm-dev"
window="xvfb xauth openbox x11-xkb-utils x11-xserver-utils libgl1-mesa-dri"
sheets="poppler-utils qpdf"

want=""
for group in "$@"; do
  case $group in
    build) want="$want $build" ;;
    window) want="$want $window" ;;
    sheets) want="$want $sheets" ;;
    *) echo "debian-packages.sh: unknown group $group" >&2; exit 2 ;;
  esac
done

if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "This is not a Debian system: please install the equivalents of:$want" >&2
  exit 0
fi

missing=""
for p in $want; do
  dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "These packages are missing, and neither root nor sudo is at hand:$missing" >&2
    exit 1
  fi
  as_root="sudo"
fi
echo "Installing:$missing"
$as_root env LC_ALL=C apt-get update -qq
$as_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
