#!/bin/sh
# A RabbitMQ node of this stack's own: name, ports, cookie and data under
# $CPCS_DATA_DIR/broker. Needs CPCS_BROKER_PORT, CPCS_BROKER_DIST_PORT, ERL_EPMD_PORT.
set -eu
home=$CPCS_DATA_DIR/broker
mkdir -p "$home/mnesia" "$home/log"
umask 077
cat > "$home/rabbitmq.conf" <<CONF
listeners.tcp.default = 127.0.0.1:$CPCS_BROKER_PORT
log.file.level = warning
log.console = false
vm_memory_high_watermark.relative = 0.4
disk_free_limit.absolute = 50MB
max_message_size = 134217728
CONF
if [ "${CPCS_BROKER_PASSWORD-}" ]; then
  # A user of this stack's own, on an older folder too. Guest, who is known to all, has no
  # right any more, and a password that nobody knows.
  cat > "$home/definitions.json" <<JSON
{"users": [{"name": "cpcs", "password": "$CPCS_BROKER_PASSWORD", "tags": "administrator"},
           {"name": "guest", "password": "$CPCS_BROKER_PASSWORD.$$", "tags": ""}],
 "vhosts": [{"name": "/"}],
 "permissions": [{"user": "guest", "vhost": "/", "configure": "^$", "write": "^$", "read": "^$"},
                 {"user": "cpcs", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}]}
JSON
  cat >> "$home/rabbitmq.conf" <<CONF
default_user = cpcs
default_pass = $CPCS_BROKER_PASSWORD
load_definitions = $home/definitions.json
CONF
fi
echo "[${CPCS_BROKER_PLUGINS-}]." > "$home/enabled_plugins" # such as rabbitmq_management
export HOME="$home" ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_NODENAME=cpcs@localhost
export RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf"
export RABBITMQ_CONF_ENV_FILE="$home/none"
export RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins"
export RABBITMQ_MNESIA_BASE="$home/mnesia" RABBITMQ_LOG_BASE="$home/log"
export RABBITMQ_PID_FILE="$home/pid" RABBITMQ_DIST_PORT="$CPCS_BROKER_DIST_PORT"
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
# What rabbitmqctl needs to reach this node: stack/subscriber.sh reads it.
cat > "$home/environment" <<ENV
export HOME="$HOME" ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$ERL_EPMD_PORT
export RABBITMQ_NODENAME=$RABBITMQ_NODENAME RABBITMQ_CONF_ENV_FILE="$home/none"
ENV
# The name server in the foreground and in this process group: a daemon would outlive us.
epmd -address 127.0.0.1 -port "$ERL_EPMD_PORT" &
until epmd -port "$ERL_EPMD_PORT" -names > "$home/names" 2>&1; do sleep 0.1; done
exec /usr/lib/rabbitmq/bin/rabbitmq-server
