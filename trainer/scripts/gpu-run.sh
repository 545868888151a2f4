#!/bin/sh
# Takes a training run to a GPU machine that has no network, and back (docs/training-run.md, "A GPU machine without a network").
#
#   gpu-run.sh pack  PLAN.yaml PIECES [NAME=PATH ...]   here: Querent's trainer with Node, the plan, and files or folders that it names by ${NAME}
#   gpu-run.sh join  PIECES WORK                        there, and here for what comes back: puts pieces together and checks their SHA-256
#   gpu-run.sh train WORK [options of run]              there: trains in WORK/run; the same command goes on. Default: --until ppo
#   gpu-run.sh back  WORK PIECES                        there: the run without its checkpoints, in pieces
#
# RUN=FOLDER among the NAME=PATH is a run folder that was begun here (--until pairs): it becomes WORK/run, and is gone on with.
# Pieces are at most 60 MiB. Python with torch and transformers is the machine's own: QUERENT_PYTHON, default python3.
set -eu

PIECE_BYTES=62914560
root=$(cd "$(dirname "$0")/../.." && pwd)

fail() {
  echo "gpu-run.sh: $1" >&2
  exit 2
}

# One stream of pieces with a list of their SHA-256; a folder that is there already is not mixed with.
cut_up() { # FOLDER PIECES
  [ ! -e "$2" ] || fail "$2 is there already. Name another folder for the pieces."
  mkdir -p "$2"
  tar -C "$1" -czf - . | split -b "$PIECE_BYTES" -a 3 -d - "$2/part-"
  (cd "$2" && sha256sum part-* >SHA256SUMS)
  echo "$(ls "$2" | grep -c '^part-') pieces in $2, $(du -sh "$2" | cut -f1)"
}

pack() {
  [ $# -ge 2 ] || fail 'pack PLAN.yaml PIECES [NAME=PATH ...]'
  plan=$1 pieces=$2
  shift 2
  [ -f "$plan" ] || fail "there is no plan $plan"
  stage=$(mktemp -d)
  trap 'rm -rf "$stage"' EXIT
  mkdir -p "$stage/files" "$stage/trainer" "$stage/scripts"
  # The bundles need nothing installed but Node, which goes along.
  node "$root/scripts/build.mjs" --out "$stage/dist" >/dev/null
  rm -f "$stage"/dist/*.map
  cp "$(node -p process.execPath)" "$stage/node"
  cp -r "$root/trainer/python" "$stage/trainer/python"
  find "$stage/trainer/python" -name __pycache__ -prune -exec rm -rf {} +
  cp "$0" "$stage/scripts/gpu-run.sh"
  cp "$plan" "$stage/plan.yaml"
  : >"$stage/environment"
  for each in "$@"; do
    name=${each%%=*} path=${each#*=}
    case $each in *=*) ;; *) fail "$each: write NAME=PATH, with the variable by which the plan names it" ;; esac
    case $name in *[!A-Z0-9_]* | '') fail "$name is no name of a variable. Write capitals, digits and _" ;; esac
    [ -e "$path" ] || fail "$name: there is no $path"
    if [ "$name" = RUN ]; then
      cp -rL "$path" "$stage/run"
      rm -f "$stage/run/run.lock" "$stage/run/hashes.json"
    else
      cp -rL "$path" "$stage/files/"
      echo "$name=files/$(basename "$path")" >>"$stage/environment"
    fi
  done
  cut_up "$stage" "$pieces"
}

join_pieces() {
  [ $# -eq 2 ] || fail 'join PIECES WORK'
  [ -f "$1/SHA256SUMS" ] || fail "$1 has no SHA256SUMS: not all pieces are there"
  (cd "$1" && sha256sum -c --quiet SHA256SUMS) || fail "a piece is missing or damaged. Copy it again."
  mkdir -p "$2"
  cat "$1"/part-* | tar -C "$2" -xzf -
  echo "$2 is complete"
}

train() {
  [ $# -ge 1 ] || fail 'train WORK [options of run]'
  work=$(cd "$1" && pwd)
  shift
  while IFS='=' read -r name path; do
    [ -z "$name" ] || export "$name=$work/$path"
  done <"$work/environment"
  [ $# -gt 0 ] || set -- --until ppo
  # TERM and Ctrl-C reach the trainer itself, which saves and ends.
  exec "$work/node" "$work/dist/trainer.cjs" run "$work/plan.yaml" --run "$work/run" "$@"
}

back() {
  [ $# -eq 2 ] || fail 'back WORK PIECES'
  [ -d "$1/run" ] || fail "$1/run is not there: nothing was trained"
  stage=$(mktemp -d)
  trap 'rm -rf "$stage"' EXIT
  cp -r "$1/run/." "$stage/"
  rm -rf "$stage"/sft/checkpoints "$stage"/ppo/checkpoints "$stage/run.lock" "$stage/hashes.json"
  cut_up "$stage" "$2"
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
  pack) pack "$@" ;;
  join) join_pieces "$@" ;;
  train) train "$@" ;;
  back) back "$@" ;;
  *) fail 'pack | join | train | back; the head of this file tells how' ;;
esac
