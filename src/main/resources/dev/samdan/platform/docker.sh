#!/bin/sh
# The docker that builds find first: names of ECR registries mean SAMDAN_REGISTRY, all else is passed on as it is.
own=$(cd "$(dirname "$0")" && pwd)
host='[0-9]{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?'
real=
IFS=:
for folder in $PATH; do
  if [ "$folder" != "$own" ] && [ -x "$folder/docker" ]; then real=$folder/docker; break; fi
done
unset IFS
if [ -z "$real" ]; then
  echo "docker: this machine has no docker command: install it (Debian: docker.io), or leave the image to the pipeline's ECRBuildAndPublish action" >&2
  exit 127
fi

verb=
file=
next=
last=
count=$#
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  count=$((count - 1))
  if [ -n "$next" ]; then file=$argument; next=; fi
  case $argument in
    -f | --file) [ "$verb" = build ] && next=yes ;;
    --file=*) [ "$verb" = build ] && file=${argument#--file=} ;;
    build | push | pull | run | tag | login) [ -z "$verb" ] && verb=$argument ;;
  esac
  case $argument in
    [0-9]*.dkr.ecr*.amazonaws.com*) mapped=yes ;;
    https://[0-9]*.dkr.ecr*.amazonaws.com*) argument=${argument#https://} mapped=yes ;;
    *=[0-9]*.dkr.ecr*.amazonaws.com*) [ "$verb" = build ] && mapped=yes || mapped= ;;
    *) mapped= ;;
  esac
  if [ -n "$mapped" ]; then
    argument=$(printf '%s\n' "$argument" | sed -E "s#$host#$SAMDAN_REGISTRY#g")
  fi
  last=$argument
  set -- "$@" "$argument"
done

[ "$verb" = build ] || exec "$real" "$@"

[ -n "$file" ] || file=$last/Dockerfile
lines="^[[:space:]]*([Ff][Rr][Oo][Mm]|[Aa][Rr][Gg])[[:space:]]|--from="
if [ ! -f "$file" ] || ! grep -E "$lines" "$file" | grep -Eq "$host"; then
  exec "$real" "$@"
fi
copy=$(mktemp "${TMPDIR:-/tmp}/Dockerfile.XXXXXX") || exit 1
trap 'rm -f "$copy"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
sed -E "/$lines/s#$host#$SAMDAN_REGISTRY#g" "$file" > "$copy"
# Of several --file, docker takes the last one.
count=$#
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  count=$((count - 1))
  [ "$count" -eq 0 ] && set -- "$@" --file "$copy"
  set -- "$@" "$argument"
done
"$real" "$@"
