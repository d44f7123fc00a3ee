# shellcheck shell=bash
# How the scripts of this folder speak to people: what is being done, how far it is, and what to do when it fails.
# Sourced, not run.

say() { printf '%s\n' "$*"; }
step() { printf '\n==> %s\n' "$*"; }

# die TEXT [WHAT-TO-DO...]: ends the script.
die() {
  printf '\n失败: %s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit 1
}

# show_tail FILE: the end of a log, for somebody who has just been told of a failure.
show_tail() {
  [ -s "$1" ] || return 0
  printf '\n--- %s 的最后 20 行 ---\n' "$1" >&2
  tail -n 20 "$1" >&2
}

# quietly WHAT LOG COMMAND...: runs the command with its output in LOG; tells what runs, and every ten seconds that it
# still does. Answers the command's status, after the end of the log if it failed.
quietly() {
  local what=$1 log=$2 start=$SECONDS next=10 pid status=0
  shift 2
  printf '%s …' "$what"
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - start >= next)); then
      printf ' %d 秒' "$next"
      next=$((next + 10))
    fi
  done
  wait "$pid" || status=$?
  if [ "$status" -eq 0 ]; then
    printf ' 完成 (%d 秒)\n' $((SECONDS - start))
  else
    printf ' 失败 (%d 秒)\n' $((SECONDS - start))
    show_tail "$log"
  fi
  return "$status"
}

# Reads lines "PERCENT TEXT" and prints one for each five percent gained or twenty seconds gone, with the time.
percentages() {
  local percent text shown=-5 start=$SECONDS printed=$SECONDS
  while read -r percent text; do
    percent=${percent%%.*}
    if ((percent < shown)); then shown=-5; fi  # The next phase counts from nought again.
    ((percent >= shown + 5 || (percent == 100 && shown < 100) || SECONDS - printed >= 20)) || continue
    shown=$percent printed=$SECONDS
    printf '  %3d%%  %4d 秒  %.100s\n' "$percent" $((SECONDS - start)) "$text"
  done
}
