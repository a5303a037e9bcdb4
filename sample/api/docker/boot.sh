#!/bin/sh
# Starts the API from the image's folder, with little memory and without the slow compiler, so that it is up at once.
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -XX:-UsePerfData \
  -Xss512k -cp 'api.jar:libs/*' sample.Main serve
