# The one process of a build: runs the scripts that it is asked to run, one after another.
#
#   driver CONTROL SHELL MODE      MODE is shared, or alone where commands share nothing (buildspec 0.1)
#
# A request is a line "ID USER"; USER is empty for the build's own. The answer is "ID STATUS".

# Before any variable of its own: this is what the first command finds.
"$2" -c 'export -p' > "$1/state/variables" || { echo "$2 is not here; env.shell names it" >> "$1/output"; exit 1; }
control=$1 shell=$2 mode=$3 state=$1/state
trap 'exit 143' TERM
pwd > "$state/cwd"
cp "$state/variables" "$state/variables.first"
cp "$state/cwd" "$state/cwd.first"
exec 3< "$control/requests" 4> "$control/answers"
while read -r request user <&3; do
  if [ "$mode" = alone ]; then
    cp "$state/variables.first" "$state/variables"
    cp "$state/cwd.first" "$state/cwd"
  fi
  if ! cd "$(cat "$state/cwd")" 2> /dev/null; then
    echo "the folder $(cat "$state/cwd") is gone" >> "$control/output"
    echo "$request 1" >&4
    continue
  fi
  if [ -z "$user" ]; then
    env -i PWD="$PWD" "$shell" "$control/script.sh" < /dev/null >> "$control/output" 2>&1 3<&- 4>&-
  else
    chmod -R a+rwX "$state"
    env -i PWD="$PWD" PATH="$PATH" SAMDAN_SCRIPT="$control/script.sh" su -s "$shell" "$user" \
      -c 'script=$SAMDAN_SCRIPT; unset SAMDAN_SCRIPT; . "$script"' \
      < /dev/null >> "$control/output" 2>&1 3<&- 4>&-
  fi
  echo "$request $?" >&4
done
