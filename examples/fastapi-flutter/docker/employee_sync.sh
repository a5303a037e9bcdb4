#!/usr/bin/env bash
# The nightly batch, in the deployed image with its environment: samdan.yml says when (jobs: employee-sync).
set -euo pipefail
cd "$(dirname "$0")"
exec python3 employee_sync.py
