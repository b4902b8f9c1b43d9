#!/bin/sh
# Makes what compose.yaml gives to its services as files, in ./secrets, once. A file that is there is left alone.
set -eu
umask 077
mkdir -p secrets
random() { head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
make() {
  [ -e "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"
  # Containers read them as users of their own; the folder is closed to everybody else on this machine.
  chmod 0444 "secrets/$1"
}
make postgres_password "$(random)"
make owner_password "$(random)"
make app_password "$(random)"
make owner_url "postgres://aislechat_owner:$(cat secrets/owner_password)@postgres:5432/aislechat"
make app_url "postgres://aislechat_app:$(cat secrets/app_password)@postgres:5432/aislechat"
