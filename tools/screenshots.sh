#!/usr/bin/env bash
# Makes docs/screenshots anew: every page, desktop and phone, light and dark, English and Japanese. It fails when a page
# logs an error, asks for something that is not there, or scrolls sideways. Arguments: the folder (docs/screenshots).
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-docs/screenshots}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
rm -f "$folder"/*.png
MQTTCHAT_SCREENSHOTS="$folder" dotnet test MqttChat.Tests --filter "FullyQualifiedName~EndToEnd.Screenshots" --nologo
echo "$(find "$folder" -name '*.png' | wc -l) pictures in $folder"
