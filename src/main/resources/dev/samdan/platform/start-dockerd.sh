#!/bin/sh
# In AWS's build images this starts the engine; here it runs before any build does.
"$(dirname "$0")/docker" version > /dev/null && exit
echo "start-dockerd: no Docker engine answers this build: start it on the machine (systemctl start docker) and run the pipeline again" >&2
exit 1
