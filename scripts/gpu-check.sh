#!/bin/sh
# Checks the xla backend on a machine with an NVIDIA GPU and a CUDA PJRT plugin: doctor, the replay of recorded
# calls, the training example and, where the command exists, the benchmarks.
#
#   JAVA=java PLUGIN=.../xla_cuda_plugin.so CLASSES=DIR CASES=DIR scripts/gpu-check.sh [STEP...]
#
# Without STEP all are run: doctor replay train bench. Each writes LOGS/STEP*.log; the end of this program's output says
# how each ended, and its status is 0 if all passed.
#   JAVA      the launcher of Java 17 or later (java)
#   CLASSES   a folder of compiled classes and jars, at any depth: what the class path is made of (cli/target)
#   PLUGIN    the library of the plugin; unset: XLA on the CPU
#   CASES     the folder of recorded calls (../shared/conformance/dev)
#   CATEGORY  which of them (ops; "all" for all)
#   PARTS     processes the replay is spread over (8)
#   PRECISION of float32 contractions in the benchmarks (default); the replay always has highest
#   LOGS      where logs go (gpu-check)
#   LIMIT     seconds a step may take (540)
set -u

java=${JAVA:-java}
classes=${CLASSES:-cli/target}
cases=${CASES:-../shared/conformance/dev}
category=${CATEGORY:-ops}
parts=${PARTS:-8}
logs=${LOGS:-gpu-check}
limit=${LIMIT:-540}
device=cpu
if [ -n "${PLUGIN:-}" ]; then
  device=gpu
fi
steps=${*:-doctor replay train bench}
mkdir -p "$logs"
: > "$logs/summary.txt"

# the folder itself, each folder called classes in it, and every jar
path=$classes
for d in $(find "$classes" -type d -name classes) $(find "$classes" -name '*.jar'); do
  path=$path:$d
done
if [ -n "${PLUGIN:-}" ]; then
  export PJRT_PLUGIN_LIBRARY_PATH="$PLUGIN"
fi

# Runs a main class: its own options of the JVM first, then --, then the class and its arguments.
run() {
  options=""
  while [ "$1" != "--" ]; do
    options="$options $1"
    shift
  done
  shift
  # the options are a list: split on purpose
  # shellcheck disable=SC2086
  timeout "$limit" "$java" --enable-native-access=ALL-UNNAMED $options -cp "$path" "$@"
}

note() {
  echo "$1" | tee -a "$logs/summary.txt"
}

ended() { # step, status, seconds
  if [ "$2" -eq 0 ]; then
    note "$1: passed in $3 s"
  else
    note "$1: failed with status $2 in $3 s, see $logs/$1.log"
    failed=1
  fi
}

cli=org.keras4j.cli.Main
failed=0
for step in $steps; do
  start=$(date +%s)
  status=0
  case $step in
    doctor)
      # a backend whose library is not there is no fault of this one
      run -- $cli doctor > "$logs/doctor.log" 2>&1
      grep -A 1 '^xla:' "$logs/doctor.log"
      grep '^xla:' "$logs/doctor.log" | grep -q -v 'cannot be loaded' || status=1
      ;;
    replay)
      only=""
      if [ "$category" != all ]; then
        only="--category $category"
      fi
      # several processes share the device's memory and the machine's cores, and tuning of kernels would cost more than
      # it gains
      pids=""
      i=1
      while [ "$i" -le "$parts" ]; do
        options="-Xmx2g -XX:+UseSerialGC -Dkeras4j.xla.precision=highest"
        if [ -n "${PLUGIN:-}" ]; then
          options="$options -Dkeras4j.xla.client=preallocate=false -Dkeras4j.xla.flags=xla_gpu_autotune_level=0,xla_gpu_force_compilation_parallelism=1"
        fi
        # shellcheck disable=SC2086
        run $options -- $cli replay "$cases" --backend xla $only --part "$i/$parts" > "$logs/replay-$i.log" 2>&1 &
        pids="$pids $!"
        i=$((i + 1))
      done
      for p in $pids; do
        wait "$p" || status=1
      done
      cat "$logs"/replay-[0-9]*.log > "$logs/replay.log"
      grep -h '^FAILED' "$logs/replay.log" | sort | head -100
      grep -h ' passed, ' "$logs/replay.log" \
        | awk '{p += $1; f += $3; s += $5} END {print p + 0 " passed, " f + 0 " failed, " s + 0 " skipped in " NR " parts"}' \
        | tee -a "$logs/summary.txt"
      ;;
    train)
      run -Xmx2g -- org.keras4j.examples.DigitsConvnet --backend xla > "$logs/train.log" 2>&1 || status=$?
      grep '^Test' "$logs/train.log" | tee -a "$logs/summary.txt"
      ;;
    bench)
      if run -- $cli --help 2>&1 | grep -q '^ *bench '; then
        for what in compiled_dispatch mlp_train cnn_train transformer_train; do
          echo "== $what"
          run -Xmx4g "-Dkeras4j.xla.precision=${PRECISION:-default}" -- $cli bench "$what" --backend xla --device "$device" \
            > "$logs/bench-$what.log" 2>&1 || status=1
          cat "$logs/bench-$what.log"
        done
        cat "$logs"/bench-*.log > "$logs/bench.log"
      else
        note "bench: there is no such command"
        continue
      fi
      ;;
    *)
      note "$step: there is no such step: doctor replay train bench"
      failed=1
      continue
      ;;
  esac
  ended "$step" "$status" $(($(date +%s) - start))
done
exit "$failed"
