#!/usr/bin/env bash
# Makes the image python:3.10 without any other registry and pushes it into Samdan's: for machines that reach no Docker Hub.
# Where Docker Hub can be reached, this does the same in a moment:
#   docker pull python:3.10 && docker tag python:3.10 localhost:7070/python:3.10 && docker push localhost:7070/python:3.10
#
# It holds Ubuntu 22.04 with Python 3.10 where the keys of Ubuntu's archive are installed (package ubuntu-keyring), else Debian 12
# with its Python 3.11. What this machine knows of mirrors, proxies and certificates (apt, pip, CA) is taken over, so that pip and apt
# work in builds where they work here.
#
# usage: base-images.sh REGISTRY      such as localhost:7070, after docker login REGISTRY; as root, with debootstrap and docker
#   SUITE=bookworm|jammy, MIRROR=http://…   choose for yourself; the mirror is taken from this machine's apt
#   DOCKER_CONFIG=FOLDER                    where docker login kept its sign-in
set -euo pipefail

registry=${1:?"usage: base-images.sh REGISTRY, such as localhost:7070"}
for command in debootstrap docker tar; do
  command -v "$command" >/dev/null || { echo "$command is not installed: apt-get install debootstrap docker.io tar" >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "debootstrap needs root: sudo $0 $*" >&2; exit 1; }

# Where this machine itself gets its packages from.
own_mirror() { # debian|ubuntu
  apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep "/$1/\$"
}

suite=${SUITE:-$([ -e /usr/share/keyrings/ubuntu-archive-keyring.gpg ] && echo jammy || echo bookworm)}
case $suite in
  jammy) system=ubuntu components=main,universe ;;
  *) system=debian components=main ;;
esac
mirror=${MIRROR:-$(own_mirror $system)} || {
  echo "this machine's own sources of packages name no mirror of $system: name one, MIRROR=http://…" >&2
  exit 1
}
mirror=${mirror%%$'\n'*}
kept=samdan-base/python:3.10-$suite

make_root() { # FOLDER
  debootstrap --variant=minbase --components="$components" --include=python3,python3-pip,ca-certificates "$suite" "$1" "$mirror" >"$1.log" 2>&1 \
    || { tail -n 20 "$1.log" >&2; echo "debootstrap of $suite from $mirror failed" >&2; exit 1; }
  # As in the image python:3.10: pip may install for all, and python is a command.
  rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED
  ln -sf python3 "$1/usr/bin/python"
  rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/usr/share/{doc,man,locale,info}/*
  take_over "$1"
}

take_over() { # FOLDER
  local setting file
  for file in /usr/local/share/ca-certificates/*.crt; do
    [ -e "$file" ] && cp "$file" "$1/usr/local/share/ca-certificates/"
  done
  chroot "$1" update-ca-certificates >/dev/null 2>&1
  [ -e /etc/pip.conf ] && cp /etc/pip.conf "$1/etc/pip.conf"
  for setting in INDEX_URL EXTRA_INDEX_URL TRUSTED_HOST PROXY; do
    file=PIP_$setting
    [ -n "${!file:-}" ] && chroot "$1" pip config --global set "global.$(echo "$setting" | tr 'A-Z_' 'a-z-')" "${!file}" >/dev/null
  done
  for file in /etc/apt/apt.conf.d/*; do
    grep -qsE '^[^/#]*(Proxy|Verify-Peer|CaInfo)' "$file" && cp "$file" "$1/etc/apt/apt.conf.d/"
  done
  if [ -n "${http_proxy:-}" ]; then
    echo "Acquire::http::Proxy \"$http_proxy\";" >"$1/etc/apt/apt.conf.d/80proxy"
  fi
}

if ! docker image inspect "$kept" >/dev/null 2>&1; then
  echo "Making $kept from $mirror (about a minute)"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  make_root "$work/root"
  tar -C "$work/root" --numeric-owner --one-file-system -c . \
    | docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8' \
      --change 'CMD ["python3"]' - "$kept" >/dev/null
fi
docker run --rm "$kept" python3 --version
docker tag "$kept" "$registry/python:3.10"
docker push --quiet "$registry/python:3.10"
docker rmi "$registry/python:3.10" >/dev/null
echo "python:3.10 is in $registry; docker rmi $kept forgets what was made here"
