#!/usr/bin/env bash
# Builds the base image by hand and pushes it: only where the pipeline staff-base, which does this by itself, is not used.
# usage, in this folder: REPOSITORY_URI=localhost:7070/staff/api-base ./base_image_build.sh
set -euo pipefail
REPOSITORY_URI=${REPOSITORY_URI:?"the repository to push to, such as 123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/staff/api-base"}
AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-ap-northeast-2}
# The last commit that changed what the image is made of names it.
COMMIT_HASH=$(git log -1 --pretty=format:%h -- ../../requirements.txt ../Dockerfile-base)
IMAGE_TAG=${IMAGE_TAG:-${COMMIT_HASH:-latest}}

echo "Signing in to ${REPOSITORY_URI%%/*}"
aws ecr get-login-password --region "$AWS_DEFAULT_REGION" | docker login --username AWS --password-stdin "${REPOSITORY_URI%%/*}"

echo "Building $REPOSITORY_URI:$IMAGE_TAG"
docker build --platform linux/amd64 -t "$REPOSITORY_URI:latest" -f ../Dockerfile-base ../..
docker tag "$REPOSITORY_URI:latest" "$REPOSITORY_URI:$IMAGE_TAG"

echo "Pushing"
docker push "$REPOSITORY_URI:latest"
docker push "$REPOSITORY_URI:$IMAGE_TAG"
