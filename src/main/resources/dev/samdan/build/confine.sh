# Runs a build's shell behind what is live, and so that all that comes of it ends with it.
#
#   confine GATE MEMORY_KIB CPUS COMMAND...      0 for no limit
#
# GATE is a named pipe: a line comes from it once the process stands in its control group ("bounded"), or when it has
# none ("free") and the limits must be put on the processes themselves.

gate=$1 memory=$2 cpus=$3
shift 3
read -r placed < "$gate" || exit 1

# Where memory runs out the kernel ends a build before anything that is live.
{ echo 500 > /proc/self/oom_score_adj; } 2> /dev/null

if [ "$placed" = free ]; then
  # Not the address space (-v), of which Java, Go and Node reserve much more than they use.
  [ "$memory" -eq 0 ] || ulimit -d "$memory"
  if [ "$cpus" -gt 0 ] && taskset -c "0-$((cpus - 1))" true 2> /dev/null; then
    set -- taskset -c "0-$((cpus - 1))" "$@"
  fi
fi

# Process numbers of its own: when the first of them ends, the kernel ends all others, whatever session they made.
if [ "$(id -u)" -eq 0 ]; then owner=; else owner="--user --map-current-user"; fi
if unshare $owner --pid --fork --kill-child --mount-proc true 2> /dev/null; then
  set -- unshare $owner --pid --fork --kill-child --mount-proc "$@"
fi

if ionice -c 2 -n 7 true 2> /dev/null; then
  set -- ionice -c 2 -n 7 "$@"
fi
exec "$@"
