#!/bin/sh
# In AWS's build images this starts the engine; here it runs before any build does.
"$(dirname "$0")/docker" version > /dev/null
