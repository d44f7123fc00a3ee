# shellcheck shell=bash
# What one machine runs: where its files are, and how each process is started, watched and stopped.
# Sourced by up, down and status, which have set `root` to the checkout.
#
#   $state/postgres/   data folder of the private PostgreSQL        $state/bin/    the programs as they were started
#   $state/run/        sockets and process ids                      $state/config/ their configuration
#   $state/keys/       sealing and signing keys                     $state/log/    one log a process
#   $state/settings    ports                                        $state/demo/   how far the demo is loaded
#   $state/credentials accounts and passwords

pg_bin=/usr/lib/postgresql/15/bin
service_user=bangfu
# In the order in which they start: each asks only those before it.
services=(registration fund assignment assessment gateway)
umask 022
default_http_port=8080 default_grpc_port=8081 default_admin_port=8090

# --- where things are ------------------------------------------------------------------------------------------------

# PostgreSQL refuses to run as root, and the services need not: as root, they run as a user of their own.
owner=(-m 0700)
as_owner=()
if [ "$EUID" -eq 0 ]; then
  owner=(-m 0700 -o "$service_user" -g "$service_user")
  as_owner=(setpriv --reuid="$service_user" --regid="$service_user" --init-groups --no-new-privs --)
fi

# as_service COMMAND...: runs it as the user of the services.
as_service() { "${as_owner[@]}" "$@"; }

# locate_state FOLDER: sets `state` to it, or to `.local`; makes nothing.
locate_state() {
  state=$(realpath -m -- "${1:-$root/.local}")
  if [ -e "$state/settings" ] && [ ! -O "$state/settings" ]; then
    die "$state 属于用户 $(stat -c %U "$state/settings")" "请用那个用户运行, 或用 --state 指定另一目录"
  fi
}

# The user of the services cannot reach `.local` of a checkout below /root: its content then lives in /var/lib/bangfu,
# and `.local` points there.
move_state_within_reach() {
  local away
  [ "$EUID" -eq 0 ] && [ ! -L "$root/.local" ] && ! as_service test -x "$root" || return 0
  away=/var/lib/bangfu/$(basename "$root")-$(printf '%s' "$root" | sha256sum | cut -c1-8)
  mkdir -p "${away%/*}"
  if [ -d "$root/.local" ]; then mv -T "$root/.local" "$away"; else mkdir -p "$away"; fi
  ln -s "$away" "$root/.local"
}

# create_state FOLDER: sets `state` as above, and makes what is missing of it.
create_state() {
  local folder longest
  if [ "$EUID" -eq 0 ] && ! getent passwd "$service_user" >/dev/null; then
    useradd --system --user-group --home-dir /var/lib/bangfu --shell /usr/sbin/nologin "$service_user"
  fi
  [ -n "$1" ] || move_state_within_reach
  locate_state "$1"
  if [ -n "$1" ] && [ ! -e "$state/settings" ] && [ -n "$(ls -A "$state" 2>/dev/null)" ]; then
    die "$state 不是空目录, 也不是 deploy/up 的数据目录" "请用 --state 指定另一个目录"
  fi
  mkdir -p "$state" || die "不能创建 $state" "请用 --state 指定可写的目录"
  [ -w "$state" ] || die "$state 不可写" "请用 --state 指定可写的目录"
  as_service test -x "$state" || die "用户 $service_user 不能进入 $state" "请用 --state 指定它能进入的目录, 如 /srv/bangfu"
  longest="$state/run/registration.sock"
  [ ${#longest} -le 107 ] || die "路径太长, 超出套接字的限制: $state" "请用 --state 指定较短的目录"
  for folder in postgres run keys config log; do
    [ -d "$state/$folder" ] || install -d "${owner[@]}" "$state/$folder"
  done
  mkdir -p "$state/bin" "$state/demo"
  chmod 0700 "$state/demo"
}

# Ports, from the settings of the last start if there was one.
load_settings() {
  http_port=$default_http_port grpc_port=$default_grpc_port admin_port=$default_admin_port
  local key value
  [ -r "$state/settings" ] || return 0
  while IFS='=' read -r key value; do
    case $key in
      http_port) http_port=$value ;;
      grpc_port) grpc_port=$value ;;
      admin_port) admin_port=$value ;;
    esac
  done <"$state/settings"
}

save_settings() {
  printf 'http_port=%s\ngrpc_port=%s\nadmin_port=%s\n' "$http_port" "$grpc_port" "$admin_port" >"$state/settings"
}

# The port on which a service tells whether it is ready.
admin_port_of() {
  local i
  for i in "${!services[@]}"; do
    [ "${services[i]}" != "$1" ] || echo $((admin_port + i))
  done
}

# take_lock DESCRIPTOR FOLDER: only one script at a time works on a checkout and on a state folder; the next one waits.
# A lock ends with the last process that holds its descriptor, so nothing that stays may inherit it.
take_lock() {
  eval "exec $1<\"\$2\""
  flock -n "$1" && return
  say "另一个 deploy 脚本正在运行, 等待它结束 …"
  flock "$1"
}

# --- processes -------------------------------------------------------------------------------------------------------

# The process id of a running service; fails if it does not run. A process id that now belongs to another program is
# told by its command line.
service_pid() {
  local pid command
  pid=$(cat "$state/run/$1.pid" 2>/dev/null) && [ -n "$pid" ] || return 1
  IFS= read -r -d '' command 2>/dev/null <"/proc/$pid/cmdline" || return 1
  [ "$command" = "$state/bin/bangfu-$1" ] && printf '%s\n' "$pid"
}

# What a service says of itself: "ok", or why it is not ready. Fails unless ready.
service_ready() {
  local answer
  if ! answer=$(curl -sS --noproxy '*' --max-time 3 "http://127.0.0.1:$(admin_port_of "$1")/readyz" 2>&1); then
    echo "管理端口没有应答"
    return 1
  fi
  echo "${answer:-not ready}"
  [ "$answer" = ok ]
}

# start_service NAME: starts it and returns at once.
start_service() {
  local log=$state/log/$1.log
  # A log is set aside at 50 MB; one earlier is kept.
  if [ -s "$log" ] && [ "$(stat -c %s "$log")" -gt 50000000 ]; then mv -f "$log" "$log.1"; fi
  # A clean environment: variables BANGFU_… would override the configuration of all services alike.
  (
    exec 8<&- 9<&-
    exec "${as_owner[@]}" env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME="$state" setsid nohup \
      "$state/bin/bangfu-$1" serve --config "$state/config/$1.toml" </dev/null >>"$log" 2>&1
  ) &
  echo $! >"$state/run/$1.pid"
  disown
}

# Asks a service to finish its calls and end; after 40 seconds it is made to.
stop_service() {
  local pid i
  pid=$(service_pid "$1") || return 0
  kill -TERM "$pid"
  for ((i = 0; i < 400; i++)); do
    if ! service_pid "$1" >/dev/null; then
      rm -f "$state/run/$1.pid"
      say "  $1 已停止"
      return
    fi
    sleep 0.1
  done
  say "  $1 未在 40 秒内结束, 强制结束"
  kill -KILL "$pid"
  rm -f "$state/run/$1.pid"
}

# The gateway first, so that nobody is admitted any more; then the others together.
stop_services() {
  stop_service gateway
  local service
  for service in registration fund assignment assessment; do
    stop_service "$service" &
  done
  wait
}

# --- PostgreSQL ------------------------------------------------------------------------------------------------------

postgres_runs() { as_service "$pg_bin/pg_ctl" status -D "$state/postgres/data" >/dev/null 2>&1; }

postgres_pid() { postgres_runs && head -n 1 "$state/postgres/data/postmaster.pid"; }

# sql DATABASE [PSQL-OPTION...]: runs SQL as the superuser of the private cluster.
sql() {
  local database=$1
  shift
  as_service env PGOPTIONS='-c client_min_messages=warning' "$pg_bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 \
    -h "$state/run" -U postgres -d "$database" "$@"
}

stop_postgres() {
  postgres_runs || return 0
  as_service "$pg_bin/pg_ctl" stop -D "$state/postgres/data" -m fast -s -t 120
  say "  postgres 已停止"
}
