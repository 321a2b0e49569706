#!/usr/bin/env bash
# Adds a migration of that name to every store and engine:  tools/migrations.sh NAME
set -euo pipefail
cd "$(dirname "$0")/.."
name=${1:?usage: tools/migrations.sh NAME}
dotnet tool restore >/dev/null
dotnet build MqttChat.Domain -v q --nologo
for engine in Sqlite SqlServer Postgres; do
  for store in House Telemetry; do
    dotnet ef migrations add "$name" --no-build --project MqttChat.Domain \
      --context "${engine}${store}DbContext" --output-dir "Persistence/${engine}/Migrations/${store}"
  done
done
