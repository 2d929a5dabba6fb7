#!/bin/sh
# Unpacks a CPython of one of Debian's suites into a folder, without installing anything on the machine.
#
# usage: scripts/fetch-python.sh SUITE VERSION FOLDER [PACKAGE...]
#
#   scripts/fetch-python.sh sid 3.15 .python/3.15
#
# With names of packages it unpacks these alone into the folder; without, all that the interpreter needs, its headers
# and its debug information.
#
# The packages come from the mirror that the machine's own apt uses. The interpreter is made to use the C library and
# the shared libraries unpacked beside it, so it runs on older releases; it must stay in the folder it was made for.
set -eu

usage="usage: fetch-python.sh SUITE VERSION FOLDER [PACKAGE...]"
suite=${1:?$usage}
version=${2:?$usage}
root=$(realpath -m "${3:?$usage}")
shift 3
libraries=$root/usr/lib/x86_64-linux-gnu
python=$root/usr/bin/python$version
probe='import asyncio, ssl, sqlite3, ctypes'
if [ $# = 0 ] && [ -d "$root/usr/lib/debug" ] && [ -x "$python" ] && "$python" -c "$probe" 2>/dev/null; then
  exit 0
fi

for tool in apt-get dpkg-deb patchelf; do
  command -v "$tool" >/dev/null || { echo "fetch-python: $tool is missing: run 'make setup' as root" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mirror=$(awk '/^URIs:/{print $2; exit}' /etc/apt/sources.list.d/*.sources 2>/dev/null || true)
if [ -z "$mirror" ]; then
  mirror=$(awk '$1=="deb"{for(i=2;i<=NF;i++) if ($i ~ /^(https?|file):/) {print $i; exit}}' \
    /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null)
fi

# A private apt state: the machine's own configuration is neither read for suites nor changed, and no package counts as
# installed.
mkdir -p "$work/etc" "$work/lists/partial" "$work/cache/archives/partial" "$work/debs"
: >"$work/status"
key=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$key] $mirror $suite main" >"$work/etc/sources.list"
apt() {
  apt-get -q -o Dir::Etc::sourcelist="$work/etc/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::Lists="$work/lists" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" "$@"
}
apt update >&2
packages=$*
if [ $# = 0 ]; then
  # What the interpreter needs differs from suite to suite: the shared libraries among what it depends on.
  needed=$(apt install --print-uris -qq --no-install-recommends "python$version" |
    awk '{sub(/_.*/, "", $2); print $2}' | grep -E "^(lib|python$version|zlib1g)")
  packages="$needed libpython$version-dev python$version-dbg"
fi
(
  cd "$work/debs"
  # shellcheck disable=SC2086  # each name is a word
  apt download $packages >&2
)
rm -rf "$root"
mkdir -p "$root"
for package in "$work"/debs/*.deb; do
  case $package in
  */python"$version"-dbg_*)
    # Of the package with the debug build only the debug information of the usual build is wanted.
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" ./usr/lib/debug ;;
  *) dpkg-deb -x "$package" "$root" ;;
  esac
done
[ $# = 0 ] || exit 0

# RPATH, not RUNPATH: it also serves the libraries that extension modules load.
patchelf --force-rpath --set-interpreter "$libraries/ld-linux-x86-64.so.2" --set-rpath "$libraries" "$python"
"$python" -c "$probe, sys; print('CPython', sys.version.split()[0], file=sys.stderr)"
