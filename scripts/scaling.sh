#!/bin/sh
# Measures training on 1, 2, 4, ... GPUs of this machine, in one go: through PJRT in one process, divided by data, with a divided
# optimizer (ZeRO) and by model, and beside it JAX with the same layouts. What comes out are rows of JSON, and a table of them.
#
#   JAVA=java PLUGIN=.../xla_cuda_plugin.so CLASSES=DIR PYTHON=python3 scripts/scaling.sh [--dry] [GPUS]
#
# GPUS is the most GPUs; all of the machine unless given. --dry runs everything small, on a CPU that shows itself as GPUS devices.
#   JAVA      the launcher of Java 17 or later (java)
#   CLASSES   a folder of compiled classes and jars, at any depth, or a class path (cli/target)
#   PLUGIN    the library of the CUDA plugin
#   PYTHON    a Python with JAX for the same GPUs (python3); "none" leaves JAX out
#   WORKLOADS which, with the batch of each GPU (resnet50_train:256 gpt2_train:32 decoder_1b_train:4)
#   DIVISIONS which (data zero model2 model4)
#   SECONDS_EACH roughly how long each timed part takes (5)
#   LOGS      where rows and logs go (scaling)
#   LIMIT     seconds a measurement may take (300)
set -u

java=${JAVA:-java}
classes=${CLASSES:-cli/target}
python=${PYTHON:-python3}
workloads=${WORKLOADS:-resnet50_train:256 gpt2_train:32 decoder_1b_train:4}
divisions=${DIVISIONS:-data zero model2 model4}
seconds=${SECONDS_EACH:-5}
logs=${LOGS:-scaling}
limit=${LIMIT:-300}
here=$(cd "$(dirname "$0")/.." && pwd)
dry=""
if [ "${1:-}" = "--dry" ]; then
  dry=--small
  shift
fi
if [ -n "$dry" ]; then
  gpus=${1:-4}
  device=cpu
  policy=float32
  options="-Dkeras4j.xla.devices=$gpus"
else
  gpus=${1:-$(nvidia-smi --list-gpus | wc -l)}
  device=gpu
  policy=mixed_bfloat16
  options="-Dkeras4j.xla.precision=default"
  export PJRT_PLUGIN_LIBRARY_PATH="${PLUGIN:?the library of the CUDA plugin}"
  # NVLink's multicast can put a host's GPUs out of service
  export NCCL_NVLS_ENABLE=0
fi
mkdir -p "$logs"
rows=$logs/scaling.jsonl
: > "$rows"

path=$classes
if [ -d "$classes" ]; then
  for d in $(find "$classes" -type d -name classes) $(find "$classes" -name '*.jar'); do
    path=$path:$d
  done
fi

failed=0
measure() { # what, command...
  what=$1
  shift
  if timeout "$limit" "$@" > "$logs/$what.out" 2> "$logs/$what.log"; then
    grep '^{' "$logs/$what.out" >> "$rows"
    echo "$what: $(grep -o '"samples_per_s": *[0-9.]*' "$logs/$what.out" | head -1)"
  else
    echo "$what: failed with status $?, see $logs/$what.log"
    failed=1
  fi
}

for w in $workloads; do
  name=${w%%:*}
  each=${w##*:}
  if [ -n "$dry" ]; then
    each=2
  fi
  n=1
  while [ "$n" -le "$gpus" ]; do
    for division in $divisions; do
      case "$division:$n" in
        data:*) ;;
        *:1) continue ;;
        model4:2) continue ;;
      esac
      # the options are a list: split on purpose
      # shellcheck disable=SC2086
      measure "keras4j-$name-$division-$n" "$java" --enable-native-access=ALL-UNNAMED $options -cp "$path" \
        org.keras4j.cli.Main bench "$name" --backend xla --device "$device" --policy "$policy" --json $dry \
        --batch $((each * n)) --devices "$n" --division "$division" --max-seconds "$seconds" --no-fit
      if [ "$python" != none ] && [ -z "$dry" ]; then
        measure "jax-$name-$division-$n" "$python" "$here/benchmarks/peers/python/measure.py" --library plain \
          --backend jax --workload "$name" --device gpu --policy "$policy" --batch $((each * n)) \
          --devices "$n" --division "$division" --max-seconds "$seconds" --no-fit
      fi
    done
    n=$((2 * n))
  done
done

# one table: the share of so many times one GPU's throughput
awk '
function field(name,  m) {
  if (match($0, "\"" name "\": *[^,}]*")) {
    m = substr($0, RSTART, RLENGTH); sub(/^"[^"]*": */, "", m); gsub(/"/, "", m); return m
  }
  return ""
}
{
  n = field("devices"); n = n == "" ? 1 : n; d = field("division"); d = d == "" ? "data" : d
  peer = field("peer"); w = field("workload"); r = field("samples_per_s"); k = peer SUBSEP w
  if (n == 1) one[k] = r
  printf "%-8s %-18s %-7s %2d  %10.1f samples/s  %5.3f of %d times one  mfu %s\n", peer, w, d, n, r, one[k] ? r / n / one[k] : 0, n, field("mfu")
}' "$rows" | tee "$logs/scaling.txt"
exit "$failed"
