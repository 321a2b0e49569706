#!/usr/bin/env bash
# Builds MqttChat and passes every test. On Debian and Ubuntu it installs what the tests need (mosquitto, chromium, faketime, nginx, postgresql).
# Ends with a line "N passed, N failed, N skipped". Arguments go to `dotnet test` (for example --filter Chat).
#   ./test.sh            every test but the two sets below
#   ./test.sh --faults   the faults at full length (docs/proof.md), under 40 minutes
#   ./test.sh --soak     an hour of a house's ordinary life
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Programs that live for seconds do not earn back what profiling their code costs.
export DOTNET_TieredPGO=0
case "${1:-}" in
  --faults) shift; export MQTTCHAT_TEST_FAULTS=1; set -- --filter Set=Faults "$@" -- xUnit.MaxParallelThreads=1 xUnit.ParallelizeTestCollections=false ;;
  --soak) shift; export MQTTCHAT_TEST_SOAK=1; set -- --filter Set=Soak "$@" ;;
  "") set -- --filter "Set!=Faults&Set!=Soak" ;;
esac

need=()
command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] || need+=(mosquitto)
# Debian has Chromium also without a window, which costs a third of the processor's time; elsewhere the ordinary one does.
[ -n "${MQTTCHAT_TEST_CHROMIUM:-}" ] || command -v chromium-headless-shell >/dev/null ||
  { ! command -v apt-get >/dev/null && command -v chromium >/dev/null; } || need+=(chromium-headless-shell)
command -v faketime >/dev/null || need+=(faketime)
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || need+=(nginx)
command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || need+=(postgresql)
if [ "${#need[@]}" -gt 0 ]; then
  if command -v apt-get >/dev/null; then
    [ "$(id -u)" = 0 ] && as_root=() || as_root=(sudo)
    echo "Installing ${need[*]}"
    "${as_root[@]}" apt-get update -qq >/dev/null || true
    apt-cache show chromium-headless-shell >/dev/null 2>&1 || need=("${need[@]/chromium-headless-shell/chromium}")
    # The packages would start a broker on port 1883, a web server on port 80 and a database on port 5432, which would be made first.
    own_policy=; [ -e /usr/sbin/policy-rc.d ] || own_policy=1
    [ -z "$own_policy" ] || { printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee /usr/sbin/policy-rc.d >/dev/null; "${as_root[@]}" chmod +x /usr/sbin/policy-rc.d; }
    case " ${need[*]} " in
      *" postgresql "*)
        [ -e /etc/postgresql-common/createcluster.conf ] || {
          "${as_root[@]}" mkdir -p /etc/postgresql-common
          echo "create_main_cluster = false" | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null; } ;;
    esac
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq -o Dpkg::Options::=--force-confold --no-install-recommends "${need[@]}" >/dev/null
    installed=$?
    [ -z "$own_policy" ] || "${as_root[@]}" rm -f /usr/sbin/policy-rc.d
    [ "$installed" = 0 ] || { echo "Could not install ${need[*]}" >&2; exit 1; }
  else
    echo "The tests need ${need[*]}: install them, or name Chromium's path in MQTTCHAT_TEST_CHROMIUM." >&2
    exit 1
  fi
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build MqttChat.sln -c Release -v q --nologo || exit 1
dotnet publish MqttChat.Web -c Release --no-build -o "$work/app" -v q --nologo || exit 1
export MQTTCHAT_TEST_REPORT="$work/report"
MQTTCHAT_TEST_APP="$work/app" dotnet test MqttChat.sln -c Release --no-build --nologo \
  --logger "console;verbosity=minimal" --logger "trx;LogFilePrefix=tests" --results-directory "$work/results" "$@"
status=$?

[ ! -s "$work/report" ] || { echo; cat "$work/report"; echo; }
count() { grep -ho "<Counters [^>]*" "$work"/results/*.trx 2>/dev/null | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ n += $1 } END { print n + 0 }'; }
total=$(count total); executed=$(count executed); passed=$(count passed)
echo "$passed passed, $((executed - passed)) failed, $((total - executed)) skipped"
[ "$passed" -gt 0 ] || exit 1
exit "$status"
