#!/usr/bin/env bash
# The model of docs/scaling.md. Every input can be set in the environment, for example:
#   REPORTS_PER_PARTITION=18000 CPU_MS_PER_1000=35 tools/scaling.sh
set -euo pipefail
awk -v rate="${REPORTS_PER_PARTITION:-20000}" `# reports/s that one partition commits` \
    -v cpu="${CPU_MS_PER_1000:-40}"         `# ms of CPU of the program for 1,000 reports` \
    -v circuit="${KB_PER_CIRCUIT:-300}"      `# resident KB for each open page` \
    -v base="${MB_PER_INSTANCE:-240}"        `# resident MB of an instance without pages` \
    -v sample="${BYTES_PER_REPORT:-70}"      `# of database for one stored reading` \
    -v bucket="${BYTES_PER_BUCKET:-60}"      `# of database for one bucket of five minutes or an hour` \
    -v broker="${BROKER_MESSAGES:-27000}"    `# messages/s in and out that one broker node carries at QoS 1` \
    -v every="${REPORT_SECONDS:-10}"         `# a plug reports every so many seconds` \
    -v keep="${RAW_DAYS:-10}"                `# days that single readings are kept` \
    -v room="${HEADROOM:-2}"                 `# times the steady load that must fit` '
function up(x) { return x == int(x) ? x : int(x) + 1 }
function size(b) { return b >= 1e12 ? sprintf("%.1f TB", b / 1e12) : b >= 1e9 ? sprintf("%.1f GB", b / 1e9) : sprintf("%.0f MB", b / 1e6) }
function row(name, houses, plugs, people,   reports, each, cores, partitions, memory, raw, year, nodes) {
  reports = houses * plugs / every
  each = plugs / every * room
  partitions = up(each / rate)
  cores = reports * cpu / 1e6 * room
  memory = houses * base * 1e6 + houses * people * circuit * 1e3
  raw = reports * 86400 * keep * sample
  year = houses * plugs * (288 + 24) * 365 * bucket
  nodes = up(reports * 2 * room / broker)
  printf "| %s | %d | %s | %.1f | %s | %d | %s | %s |\n", name, reports, (houses > 1 ? houses " x " partitions : partitions ""), cores, size(memory), nodes, size(raw), size(year)
}
BEGIN {
  print "| | reports/s | partitions | cores | memory | broker nodes | single readings | buckets a year |"
  print "|---|---|---|---|---|---|---|---|"
  row("10 houses of 50 plugs, 10 pages open", 10, 50, 10)
  row("1,000 houses of 50 plugs, 10 pages open", 1000, 50, 10)
  row("a million plugs: 20,000 houses of 50", 20000, 50, 10)
  row("a million plugs in one house, 10,000 pages open", 1, 1000000, 10000)
}'
