#!/bin/sh
# secrets.sh: makes ./secrets for docker-compose.yml, once: passwords of broker and store,
# the key of the store's replica set, the administrator's hashtag. What is there stays.
set -eu
cd "$(dirname "$0")/../.."
umask 077
mkdir -p secrets backups
secret() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
keep() { [ -s "secrets/$1" ] || cat > "secrets/$1"; }
secret 18 | keep rabbit_password
secret 18 | keep mongo_password
secret 378 | keep mongo_key
printf 'admin-%s' "$(secret 12)" | keep cpcs_admin_hashtag
[ -e secrets/cpcs_kafka_secret ] || : > secrets/cpcs_kafka_secret
rabbit=$(cat secrets/rabbit_password)
mongo=$(cat secrets/mongo_password)
printf 'amqp://cpcs:%s@broker:5672/' "$rabbit" > secrets/cpcs_amqp_url
printf 'mongodb://cpcs:%s@store:27017/?replicaSet=cpcs&authSource=admin' "$mongo" > secrets/cpcs_mongo_url
printf 'default_user = cpcs\ndefault_pass = %s\nloopback_users.guest = true\n' "$rabbit" > secrets/rabbitmq.conf
# The folder is its owner's alone; the containers' users must read the files in it.
chmod 700 secrets
chmod 644 secrets/*
chmod 777 backups
echo "The administrator's hashtag is in secrets/cpcs_admin_hashtag."
