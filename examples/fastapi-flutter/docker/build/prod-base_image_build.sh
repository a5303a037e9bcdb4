#!/usr/bin/env bash
# The same for production, from the newest main, before its approval. Samdan's production pipeline needs no such step: its
# build waits for the base image of its own commit.
# usage, in this folder: REPOSITORY_URI=localhost:7070/staff/prod-api-base ./prod-base_image_build.sh
set -euo pipefail
branch=$(git branch --show-current)
if [ "$branch" != main ]; then
  echo "this is $branch, and production's base image is built from main: git switch main && git pull" >&2
  exit 1
fi
git pull --ff-only
exec ./base_image_build.sh
