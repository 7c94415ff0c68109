#!/usr/bin/env bash
# Coverage-guided fuzzing of the readers by Jazzer:
#   scripts/fuzz.sh [SECONDS [TARGET...]]
# runs each target (Npy, Npz, Archive, Weights, Config: the nested classes of FuzzReaders; SafeTensors, Gguf, Settings: those of
# FuzzHubReaders) for so many seconds, 60 by default, and ends with 1 if one of them found something. What is kept lies in
# target/fuzz: inputs that reach new code in corpus/TARGET, where the next run goes on, and finds in finds/TARGET; one of
# these is run again by
#   scripts/fuzz.sh 0 TARGET FILE
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
root=$PWD
at=$root/target/fuzz
mkdir -p "$at/tmp"

# ${MVN_ARGS:-}: -o, for instance, offline
./mvnw -B -q ${MVN_ARGS:-} -Pfuzz -pl tck,hub -am -DskipTests test-compile dependency:build-classpath \
  -Dmdep.outputFile=target/fuzz.classpath
java=(java -Xmx1g --enable-native-access=ALL-UNNAMED -Dkeras4j.backend=pytorch -Dkeras4j.warnings=false
  -Djava.io.tmpdir="$at/tmp")

# the module and the class of a target
module() {
  case $1 in SafeTensors | Gguf | Settings) echo hub ;; *) echo tck ;; esac
}
class() {
  if [ "$(module "$1")" = hub ]; then echo org.keras4j.hub.FuzzHubReaders; else echo org.keras4j.tck.saving.damage.FuzzReaders; fi
}
classes() {
  echo "$root/$1/target/test-classes:$root/$1/target/classes:$(cat "$1/target/fuzz.classpath")"
}

fuzz() {
  local target=$1
  shift
  "${java[@]}" -cp "$(classes "$(module "$target")")" com.code_intelligence.jazzer.Jazzer \
    --target_class="$(class "$target")\$$target" \
    --instrumentation_includes='org.keras4j.core.**:org.keras4j.saving.**:org.keras4j.hub.**' \
    --custom_hook_excludes='org.bytedeco.**:org.tensorflow.**' \
    --reproducer_path="$at/finds/$target" -artifact_prefix="$at/finds/$target/" -rss_limit_mb=3000 -timeout=60 "$@"
}

if [ "$seconds" = 0 ]; then
  mkdir -p "$at/finds/$1"
  fuzz "$1" "$2"
  exit
fi
for target in Npy SafeTensors; do
  "${java[@]}" -cp "$(classes "$(module $target)")" "$(class $target)" "$at/seeds"
done
found=0
for target in "${@:-Npy Npz Archive Weights Config SafeTensors Gguf Settings}"; do
  for t in $target; do
    mkdir -p "$at/corpus/$t" "$at/finds/$t"
    if fuzz "$t" -max_total_time="$seconds" -max_len=65536 "$at/corpus/$t" "$at/seeds/$t" > "$at/$t.log" 2>&1; then
      echo "$t: $(grep '^Done' "$at/$t.log" || echo 'done')"
    else
      echo "$t: found something, see target/fuzz/$t.log and target/fuzz/finds/$t" >&2
      found=1
    fi
  done
done
exit $found
