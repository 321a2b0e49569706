#!/usr/bin/env bash
# Shows that the checks can fail: plants a fault in a copy of the committed sources, runs the check that is there for it, and
# prints what the check said. Ends with an error when a check passed in spite of its fault, or a fault no longer applies.
#   tools/planted-faults.sh [NAME...]     names as in tools/planted-faults/; all without one
# Needs what the tests need: run ./test.sh once before.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
names=("$@")
[ "${#names[@]}" -gt 0 ] || names=($(cd tools/planted-faults && ls *.patch | sed 's/\.patch$//'))
missed=0
for name in "${names[@]}"; do
  patch=$PWD/tools/planted-faults/$name.patch
  check=$(sed -n 's/^Check: //p' "$patch")
  rm -rf "$work/copy" "$work/app"; mkdir "$work/copy"
  git archive HEAD | tar -x -C "$work/copy"
  echo "== $name: $(sed -n 's/^Fault: //p' "$patch")"
  if ! (cd "$work/copy" && git apply --unsafe-paths --directory="$work/copy" "$patch" 2>"$work/errors" || patch -p1 -s <"$patch" >"$work/errors"); then
    echo "   does not apply: $(head -1 "$work/errors")"; missed=1; continue
  fi

  (cd "$work/copy" \
    && dotnet build MqttChat.Tests -c Release -v q --nologo >"$work/build" \
    && dotnet publish MqttChat.Web -c Release --no-build -o "$work/app" -v q --nologo >"$work/build") \
    || { echo "   does not build: $(grep -m1 error "$work/build")"; missed=1; continue; }
  (cd "$work/copy" && MQTTCHAT_TEST_FAULTS=1 MQTTCHAT_TEST_APP="$work/app" dotnet test MqttChat.Tests -c Release --no-build --nologo \
    --logger "console;verbosity=minimal" --filter "FullyQualifiedName~$check") >"$work/said" 2>&1
  if grep -q '^Failed!' "$work/said"; then
    grep -A6 'Error Message' "$work/said" | grep -v 'Error Message\|Stack Trace\|^--' | head -5 | sed 's/^ */   /'
  else
    echo "   $check did not notice"; tail -3 "$work/said"; missed=1
  fi
done
exit "$missed"
