#!/usr/bin/env bash
# Stages a release of the last commit as Maven Central asks for it:
#   scripts/stage-release.sh VERSION [SIGNING_KEY]
# writes target/staging, a Maven repository with jars, sources, Javadoc, bills of materials, checksums and, where a key
# is named, signatures (its passphrase comes from MAVEN_GPG_PASSPHRASE), checks that nothing is missing, and packs it
# into target/keras4j-bundle.zip. Nothing is sent anywhere, and the checkout is not changed.
set -euo pipefail
cd "$(dirname "$0")/.."
version=${1:?the version, 1.2.3}
key=${2:-}
root=$PWD
staging=$root/target/staging
source=$root/target/release-source

rm -rf "$staging" "$source" "$root/target/keras4j-bundle.zip"
mkdir -p "$staging" "$source"
git archive HEAD | tar -x -C "$source"
find "$source" -name pom.xml -not -path "*/consumers/projects/*" -not -path "*/peers/*" -exec \
  sed -i.bak "s/<version>0\.[0-9.]*-SNAPSHOT</<version>$version</" {} \; -exec rm {}.bak \;

(cd "$source" && ./mvnw -B -q -Prelease -DskipTests ${key:+-Dgpg.keyname="$key"} \
  -DaltDeploymentRepository=staging::file:"$staging" ${STAGE_ARGS:-} deploy)

missing=0
for folder in "$staging"/org/keras4j/*/; do
  name=$(basename "$folder")
  at=$folder$version/$name-$version
  files=(".pom")
  if grep -q "<packaging>pom</packaging>" "$at.pom"; then :; else files+=(".jar" "-sources.jar" "-javadoc.jar" "-cyclonedx.json"); fi
  for f in "${files[@]}"; do
    for suffix in "" .md5 .sha1 ${key:+.asc}; do
      if [ ! -s "$at$f$suffix" ]; then
        echo "missing: $at$f$suffix" >&2
        missing=1
      fi
    done
  done
done
count=$(find "$staging/org/keras4j" -mindepth 1 -maxdepth 1 -type d | wc -l)
if [ "$count" -lt 12 ]; then
  echo "only $count artifacts were staged" >&2
  missing=1
fi
[ "$missing" = 0 ]
find "$staging" -name "maven-metadata.xml*" -delete
(cd "$staging" && jar --create --no-manifest --file "$root/target/keras4j-bundle.zip" org)
echo "staged $count artifacts in $staging"
