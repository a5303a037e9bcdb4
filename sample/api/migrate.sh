#!/usr/bin/env bash
# Brings the database up to date. Running it again changes nothing.
set -euo pipefail
cd "$(dirname "$0")"
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
  -cp 'api.jar:libs/*' sample.Main migrate
