# Runs one command in this session, which setsid has just made, and outlives whoever started it.
#
#   shim run FOLDER LOG_BYTES WORKING_DIRECTORY COMMAND...    the environment comes on standard input
#   shim copy FOLDER LOG_BYTES                                the log's writer, in a session of its own
#   shim confine FOLDER COVER WORKING_DIRECTORY COMMAND...    in a mount namespace of its own: see there
#
# In FOLDER: process and command (pid and start time of this shell and of the command), log, log.1, ended (the
# command's exit status), exit (the same, once nothing of the session lives and the log is whole).
# HUP, INT and TERM go on to every process of the session; USR1 ends them at once.

mode=$1 folder=$2 limit=$3
shift 3
umask 077

# --- the log -------------------------------------------------------------------------------------------------------

# Appends standard input to the log until its last writer is gone. Where the disk takes no more, what comes is
# dropped, so that the command never waits for it.
copy() {
  trap '' HUP INT QUIT TERM USR1 USR2
  rm -f "$folder/pipe"
  log=$folder/log
  : >> "$log"
  while :; do
    size=$(wc -c < "$log") || size=$limit
    if [ "$size" -ge "$limit" ] && mv -f "$log" "$log.1" && : > "$log"; then
      size=0
    fi
    if [ "$size" -lt "$limit" ] && stdbuf -o0 head -c "$((limit - size))" >> "$log"; then
      size=$(wc -c < "$log")
      [ "$size" -ge "$limit" ] || return 0
    else
      [ "$(head -c 65536 | wc -c)" -gt 0 ] || return 0
    fi
  done
}

# --- processes -----------------------------------------------------------------------------------------------------

# Writes "pid start-time" of the calling process itself (proc(5): fields 1 and 22 of stat).
identify() {
  read -r stat < /proc/self/stat
  write_identity "$1" "${stat%% *}" ${stat##*) }
}

write_identity() {
  file=$1 pid=$2
  shift 21
  printf '%s %s\n' "$pid" "$1" > "$file"
}

# Sets others to the living processes of this session but this one (field 6 of stat is the session).
find_others() {
  others=
  for entry in /proc/[0-9]*/stat; do
    { read -r stat < "$entry"; } 2> /dev/null || continue
    rest=${stat##*) }
    state=${rest%% *}
    rest=${rest#* } rest=${rest#* } rest=${rest#* }
    if [ "${rest%% *}" = "$$" ] && [ "$state" != Z ] && [ "$state" != X ]; then
      pid=${entry#/proc/} pid=${pid%/stat}
      [ "$pid" = "$$" ] || others="$others $pid"
    fi
  done
}

signal_others() {
  find_others
  [ -z "$others" ] || kill -s "$1" $others 2> /dev/null
}

lives() {
  { read -r stat < "/proc/$1/stat"; } 2> /dev/null || return 1
  case ${stat##*) } in Z* | X*) return 1 ;; esac
}

# --- the command ---------------------------------------------------------------------------------------------------

# Its own shell waits for the command in the foreground, so that no signal blurs the exit status. The command's variables
# go through a pipe to the last shell before it (ShimCommand.ENTER).
run_command() {
  trap : HUP TERM USR1 USR2
  printf '%s\n' "$environment" | (
    identify "$folder/command"
    umask 022
    cd "$directory" || exit 126
    exec "$@"
  ) >&5 2>&1 5>&-
  record "$folder/ended" "$?"
}

# Into space reserved at the start: a full disk cannot swallow it.
record() {
  printf '%-4s\n' "$2" 1<> "$1"
}

# What the command left behind ends with it, as in a container; after a TERM it gets the time that the sender grants.
end_others() {
  find_others
  [ -n "$others" ] || return 0
  if [ -n "$asked" ]; then rounds=1200; else rounds=40; signal_others TERM; fi
  while [ -n "$others" ] && [ -z "$now" ] && [ "$rounds" -gt 0 ]; do
    sleep 0.05
    rounds=$((rounds - 1))
    find_others
  done
  rounds=500
  while [ -n "$others" ] && [ "$rounds" -gt 0 ]; do
    signal_others KILL
    sleep 0.01
    rounds=$((rounds - 1))
  done
}

# A process that left the session may hold the pipe open; it does not get to hold up the end.
await_copier() {
  rounds=100
  while lives "$copier" && [ "$rounds" -gt 0 ]; do
    sleep 0.01
    rounds=$((rounds - 1))
  done
  ! lives "$copier" || kill -s KILL "$copier" 2> /dev/null
}

run() {
  asked= now=
  directory=$1
  shift
  trap 'asked=yes; signal_others HUP' HUP
  trap 'asked=yes; signal_others INT' INT
  trap 'asked=yes; signal_others TERM' TERM
  trap 'now=yes; signal_others KILL' USR1
  identify "$folder/process" || exit 125
  environment=$(cat)
  case $environment in
    *"# complete") ;;
    *) exit 125 ;;
  esac
  printf '    \n' > "$folder/ended" && printf '    \n' > "$folder/exit" || exit 125
  # Another user's command may open it anew, as /dev/stderr; the folder lets nobody else in.
  mkfifo -m 666 "$folder/pipe" || exit 125
  exec 2> /dev/null 3<> "$folder/pipe" 4< "$folder/pipe" 5> "$folder/pipe" 3>&-
  setsid /bin/sh "$0" copy "$folder" "$limit" <&4 4<&- 5>&- > /dev/null 2>&1 &
  copier=$!
  exec 4<&-
  run_command "$@" &
  runner=$!
  exec 5>&-
  environment=
  while kill -0 "$runner" 2> /dev/null; do
    wait "$runner"
    [ $? -ne 127 ] || break
  done
  end_others
  await_copier
  read -r status < "$folder/ended"
  record "$folder/exit" "${status:-137}"
}

# Puts together in FOLDER what is to be seen of COVER (Confinement.java wrote FOLDER/mounts), moves it there, and goes on as
# COMMAND, which gives the privileges away. Whoever lives in the namespace is known by its /etc/passwd (Sessions.java).
confine() {
  cover=$limit directory=$1
  shift
  umask 022
  mount -n -T "$folder/mounts" -a && mount -n --move "$folder" "$cover" && cd "$directory" && exec "$@"
}

"$mode" "$@"
