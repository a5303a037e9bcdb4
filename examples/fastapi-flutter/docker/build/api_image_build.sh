#!/usr/bin/env bash
# Builds the API's image by hand and pushes it: only where the pipelines, which do this by themselves, are not used.
# usage, in this folder: REPOSITORY_URI=localhost:7070/staff/api BASE_IMAGE=localhost:7070/staff/api-base ./api_image_build.sh
set -euo pipefail
REPOSITORY_URI=${REPOSITORY_URI:?"the repository to push to, such as 123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/staff/api"}
BASE_IMAGE=${BASE_IMAGE:?"the image that base_image_build.sh pushed"}
AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-ap-northeast-2}
IMAGE_TAG=${IMAGE_TAG:-$(git rev-parse --short HEAD)}

echo "Signing in to ${REPOSITORY_URI%%/*}"
aws ecr get-login-password --region "$AWS_DEFAULT_REGION" | docker login --username AWS --password-stdin "${REPOSITORY_URI%%/*}"

echo "Building $REPOSITORY_URI:$IMAGE_TAG"
docker build --build-arg BASE_IMAGE="$BASE_IMAGE" -t "$REPOSITORY_URI:latest" -f ../Dockerfile ../..
docker tag "$REPOSITORY_URI:latest" "$REPOSITORY_URI:$IMAGE_TAG"

echo "Pushing"
docker push "$REPOSITORY_URI:latest"
docker push "$REPOSITORY_URI:$IMAGE_TAG"
