#!/bin/sh
# Makes a test certificate authority and what it signs. Test material: the keys are not protected.
set -eu

usage() {
  cat >&2 <<'USAGE'
usage: tools/test-ca.sh OUTDIR [COUNT] [IDENTITY_PATTERN]

Writes into OUTDIR, as PEM files with EC keys:
  ca.pem, ca.key                 the authority: tls.caFile of a scenario
  server.pem, server.key         for localhost, 127.0.0.1 and ::1, signed by it
  expired.pem, expired.key       the same, expired in 2021
  other-name.pem, other-name.key for other.example only
  wrong-ca.pem, wrong-ca.key     a second authority, which signed nothing
  clients/IDENTITY.pem, .key     COUNT client certificates (default 0), CN = the identity

IDENTITY_PATTERN holds {n} or {n:8}, counted from 1 (default 21032521{n:8}, the model's own).
What is there already is kept: remove OUTDIR to begin anew. Needs openssl 1.1.1 or newer.
USAGE
  exit 2
}

[ $# -ge 1 ] && [ $# -le 3 ] || usage
case $1 in -* | '') usage ;; esac
out=$1
count=${2:-0}
pattern=${3:-'21032521{n:8}'}
case $count in '' | *[!0-9]*) usage ;; esac

prefix=${pattern%%\{n*}
rest=${pattern#"$prefix"}
suffix=${rest#*\}}
width=${rest%%\}*}
width=${width#\{n}
width=${width#:}
case $rest in \{n\}* | \{n:[0-9]*\}*) ;; *) usage ;; esac
case ${width:-0} in *[!0-9]*) usage ;; esac
# The identity becomes a file name and a subject; the same characters as in a scenario.
case $prefix$suffix in *[!A-Za-z0-9._~@:-]*) usage ;; esac
command -v openssl >/dev/null || {
  echo 'tools/test-ca.sh: openssl is not on PATH' >&2
  exit 1
}

umask 077
mkdir -p "$out/clients"
config=$(mktemp)
trap 'rm -rf "$config" "$config".*' EXIT

cat >"$config" <<'CONFIG'
[req]
distinguished_name = dn
prompt = no
[dn]
CN = unused
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1
[other]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:other.example
[client]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
CONFIG

quietly() {
  "$@" >"$config.log" 2>&1 || {
    cat "$config.log" >&2
    echo "tools/test-ca.sh: failed: $*" >&2
    exit 1
  }
}

new_key() { quietly openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

# authority NAME SUBJECT
authority() {
  [ -s "$out/$1.pem" ] && return
  new_key "$out/$1.key"
  quietly openssl req -x509 -new -config "$config" -extensions authority -subj "/CN=$2" \
    -key "$out/$1.key" -days 3650 -sha256 -out "$config.pem"
  mv "$config.pem" "$out/$1.pem"
}

# signed NAME SUBJECT SECTION: a certificate of the authority
signed() {
  [ -s "$out/$1.pem" ] && return
  new_key "$out/$1.key"
  quietly openssl req -new -config "$config" -subj "/CN=$2" -key "$out/$1.key" -out "$config.csr"
  quietly openssl x509 -req -in "$config.csr" -CA "$out/ca.pem" -CAkey "$out/ca.key" \
    -set_serial "0x$(openssl rand -hex 16)" -days 3650 -sha256 \
    -extfile "$config" -extensions "$3" -out "$config.pem"
  mv "$config.pem" "$out/$1.pem"
}

# `x509 -req` takes no dates in older versions; `ca` does.
expired() {
  [ -s "$out/expired.pem" ] && return
  mkdir -p "$config.d"
  : >"$config.d/index"
  cat >>"$config" <<CONFIG
[ca]
default_ca = past
[past]
database = $config.d/index
new_certs_dir = $config.d
default_md = sha256
policy = any
rand_serial = yes
unique_subject = no
[any]
commonName = supplied
CONFIG
  new_key "$out/expired.key"
  quietly openssl req -new -config "$config" -subj /CN=localhost -key "$out/expired.key" \
    -out "$config.csr"
  quietly openssl ca -batch -config "$config" -extensions server -notext -in "$config.csr" \
    -cert "$out/ca.pem" -keyfile "$out/ca.key" \
    -startdate 20200101000000Z -enddate 20210101000000Z -out "$config.pem"
  mv "$config.pem" "$out/expired.pem"
  rm -rf "$config.d"
}

authority ca 'ocpp-load test authority'
authority wrong-ca 'ocpp-load other authority'
signed server localhost server
signed other-name other.example other
expired
n=1
while [ "$n" -le "$count" ]; do
  id=$prefix$(printf "%0${width:-0}d" "$n")$suffix
  signed "clients/$id" "$id" client
  n=$((n + 1))
done
echo "$out: authority, server certificates and $count client certificates"
