#!/usr/bin/env bash
# Starts the API in the place of this shell, so that it gets the signal to stop.
set -euo pipefail
cd "$(dirname "$0")"
exec python3 -m uvicorn main:app --host 0.0.0.0 --port "${PORT:-8080}" --log-config logging.ini --no-server-header
