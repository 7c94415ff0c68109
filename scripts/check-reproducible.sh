#!/usr/bin/env bash
# Builds the last commit twice, in two folders, and compares the jars byte by byte.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for copy in first second; do
  mkdir "$work/$copy"
  git archive HEAD | tar -x -C "$work/$copy"
  (cd "$work/$copy" && ./mvnw -B -q -DskipTests ${REPRODUCIBLE_ARGS:-} package)
  (cd "$work/$copy" && find . -path "*/target/keras4j-*.jar" -not -path "*/target/lib/*" | sort | xargs sha256sum) > "$work/$copy.txt"
done
diff "$work/first.txt" "$work/second.txt"
echo "$(wc -l < "$work/first.txt") jars are equal"
