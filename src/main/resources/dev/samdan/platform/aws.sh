#!/bin/sh
# The aws that builds find first: answers `aws ecr get-login`, which version 2 of the command left out, as version 1
# did; all else is passed on as it is.
own=$(cd "$(dirname "$0")" && pwd)
real=
IFS=:
for folder in $PATH; do
  if [ "$folder" != "$own" ] && [ -x "$folder/aws" ]; then real=$folder/aws; break; fi
done
unset IFS
if [ -z "$real" ]; then
  echo "aws: this machine has no aws command: install it (Debian: awscli), or leave the image to the pipeline's ECRBuildAndPublish action" >&2
  exit 127
fi
case " $* " in
  *" ecr get-login "*) ;;
  *) exec "$real" "$@" ;;
esac
region=${AWS_DEFAULT_REGION:-us-east-1} email=yes accounts= next=
for argument; do
  case $next in
    region) region=$argument next= ; continue ;;
    accounts) case $argument in -*) next= ;; *) accounts="$accounts $argument"; continue ;; esac ;;
  esac
  case $argument in
    --region) next=region ;;
    --region=*) region=${argument#--region=} ;;
    --registry-ids) next=accounts ;;
    --no-include-email) email= ;;
  esac
done
password=$("$real" ecr get-login-password --region "$region") || exit $?
for account in ${accounts:-${AWS_ACCOUNT_ID:-000000000000}}; do
  echo "docker login -u AWS -p $password${email:+ -e none} https://$account.dkr.ecr.$region.amazonaws.com"
done
