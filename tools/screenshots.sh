#!/usr/bin/env bash
# Makes docs/screenshots anew: every page, desktop and phone, light and dark, English and Japanese. It fails when a page
# logs an error, asks for something that is not there, scrolls sideways or has a serious fault by axe's rules. With ffmpeg also
# the moving picture of the README. Arguments: the folder (docs/screenshots).
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-docs/screenshots}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
rm -f "$folder"/*.png
trap 'rm -rf "$folder"/tour-en "$folder"/tour-ja' EXIT
MQTTCHAT_SCREENSHOTS="$folder" dotnet test MqttChat.Tests --filter "FullyQualifiedName~EndToEnd.Screenshots" --nologo
if command -v ffmpeg >/dev/null; then
  for language in en ja; do
    ffmpeg -loglevel error -y -framerate 2.5 -i "$folder/tour-$language/%03d.png" \
      -vf "scale=800:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=96:stats_mode=diff[p];[b][p]paletteuse=dither=none:diff_mode=rectangle" "$folder/tour-$language.gif"
  done
fi
echo "$(find "$folder" -name '*.png' | wc -l) pictures in $folder"
