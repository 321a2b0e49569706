#!/bin/sh
# Makes the first accounts of Mosquitto's dynamic-security plugin, in a file that does not exist yet:
#
#   MQTTCHAT_PASSWORD=... ADMIN_PASSWORD=... ./dynsec-init.sh /var/lib/mosquitto/dynamic-security.json
#
# "admin" may manage accounts and nothing else: for you. "mqttchat" is the app's: all topics, as in the file "acl", and it may
# manage accounts, so that its page "Connect a plug" can make and revoke those of plugs. A password that is not given is made
# and printed. Needs mosquitto and mosquitto_ctrl, and runs a broker of its own on the loopback meanwhile (PORT, 18831). Passwords
# stand in the arguments of mosquitto_ctrl while it runs: not for a machine whose other users must not see them.
set -eu
file=${1:?usage: dynsec-init.sh FILE}
if [ -e "$file" ]; then
    echo "dynsec-init.sh: $file is there already; nothing was changed." >&2
    exit 1
fi

random() { tr -dc 'a-z0-9' </dev/urandom | head -c 24; }
new_admin=${ADMIN_PASSWORD:-$(random)}
new_app=${MQTTCHAT_PASSWORD:-$(random)}
port=${PORT:-18831}
plugin=${PLUGIN:-$(ls /usr/lib/*/mosquitto_dynamic_security.so /usr/lib/mosquitto_dynamic_security.so 2>/dev/null | head -n 1)}

umask 077
work=$(mktemp -d)
broker=
trap 'if [ -n "$broker" ]; then kill "$broker" 2>/dev/null || true; wait "$broker" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
mosquitto_ctrl dynsec init "$work/security.json" admin "$new_admin" >/dev/null

{
    echo "listener $port 127.0.0.1"
    echo "allow_anonymous false"
    echo "plugin $plugin"
    echo "plugin_opt_config_file $work/security.json"
    # As root it would give up its rights, and with them those to the folder.
    if [ "$(id -u)" = 0 ]; then echo "user root"; fi
} >"$work/mosquitto.conf"
PATH=$PATH:/usr/sbin
mosquitto -c "$work/mosquitto.conf" >"$work/log" 2>&1 &
broker=$!

# It warns each time that nothing is encrypted, which on the loopback nothing need be.
control() {
    mosquitto_ctrl -h 127.0.0.1 -p "$port" -u admin -P "$new_admin" dynsec "$@" 2>"$work/errors" || { cat "$work/errors" >&2; return 1; }
}
tries=0
until control getDefaultACLAccess publishClientSend >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 50 ]; then
        cat "$work/log" >&2
        exit 1
    fi
    sleep 0.1
done

control createRole mqttchat
for filter in '#' '$CONTROL/dynamic-security/#'; do
    control addRoleACL mqttchat publishClientSend "$filter" allow
done
for filter in '#' '$SYS/#' '$CONTROL/dynamic-security/#'; do
    control addRoleACL mqttchat subscribePattern "$filter" allow
    control addRoleACL mqttchat publishClientReceive "$filter" allow
done
control createClient mqttchat -p "$new_app"
control addClientRole mqttchat mqttchat

kill "$broker"
wait "$broker" || true
broker=
mv "$work/security.json" "$file"
[ -n "${ADMIN_PASSWORD:-}" ] || echo "admin's password: $new_admin"
[ -n "${MQTTCHAT_PASSWORD:-}" ] || echo "mqttchat's password (Mqtt__Password of the app): $new_app"
echo "$file is ready. It must belong to Mosquitto's user: chown mosquitto: $file"
