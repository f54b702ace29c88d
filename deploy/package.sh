#!/usr/bin/env bash
# Packs target/entrepot, which `mvn package` made, with a Java runtime of its own and only the native libraries of this
# platform, as target/entrepot-VERSION-linux-ARCH.tar.gz. `mvn verify` runs it.
#
# Usage: package.sh VERSION
#   JAVA_HOME               a JDK 25 or later; otherwise PATH and the system's JVM folders are searched
#   ENTREPOT_JVM_FOLDERS    those folders, separated by colons
set -euo pipefail

# What the product and its libraries use; the packaged tests would fail without. jdk.jcmd is for operators: heap dumps,
# thread dumps and flight recordings of a process that has no JDK beside it.
modules=java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http
modules+=,java.rmi,java.security.jgss,java.sql,java.xml,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management
modules+=,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs

fail() {
  echo "package.sh: $1" >&2
  exit 1
}

version=${1-}
[[ -n $version ]] || fail "say which version: package.sh VERSION"
deploy=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
distribution=$deploy/target/entrepot
[[ -d $distribution/lib ]] || fail "there is nothing to pack: run mvn package first"

case $(uname -sm) in
  "Linux x86_64") arch=amd64 rocksdb=linux64 netty=linux-x86_64 ;;
  "Linux aarch64") arch=arm64 rocksdb=linux-aarch64 netty=linux-aarch_64 ;;
  *) fail "$(uname -sm) is no platform of Entrepot: build on Linux on x86_64 or aarch64" ;;
esac

jdk() {
  local folders home
  IFS=: read -ra folders <<<"${ENTREPOT_JVM_FOLDERS-/usr/lib/jvm:/usr/java:/opt}"
  for home in "${JAVA_HOME-}" $(printf '%s/*\n' "${folders[@]}"); do # the patterns are expanded here
    if [[ -x $home/bin/jlink && -r $home/release ]] &&
      grep -qE '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' "$home/release"; then
      echo "$home"
      return
    fi
  done
  fail "no JDK 25 or later with jlink was found; install one (such as Temurin 25) or set JAVA_HOME to it"
}

# A jar again without the entries that are not for this platform.
repack() {
  local jar=$1 folder=$work/jar
  shift
  mkdir "$folder"
  (cd "$folder" && "$java/bin/jar" xf "$jar" && "$@" && rm "$jar" && "$java/bin/jar" cfM "$jar" .)
  rm -rf "$folder"
}

rocksdb_library() {
  mkdir -p "$place/native"
  mv "librocksdbjni-$rocksdb.so" "$place/native/"
  rm -f librocksdbjni-* # of other platforms
}

native_libraries() {
  local jar
  for jar in "$place"/lib/*-{linux,osx,windows}-*.jar; do
    [[ ! -e $jar || $jar == *-"$netty".jar ]] || rm "$jar"
  done
  for jar in "$place"/lib/rocksdbjni-*.jar; do
    repack "$jar" rocksdb_library
  done
}

java=$(jdk)
name=entrepot-$version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
place=$work/$name
mkdir "$place"
cp -R "$distribution/bin" "$distribution/lib" "$place/"
cp -R "$deploy/systemd" "$place/"
cp "$deploy/../LICENSE" "$deploy/../README.md" "$deploy/../CHANGELOG.md" "$place/"
cp -R "$deploy/../docs" "$place/"
native_libraries
"$java/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress zip-6 \
  --generate-cds-archive --output "$place/runtime"
"$place/bin/entrepot-train"
archive=$deploy/target/$name-linux-$arch.tar.gz
# The same sources on the same JDK make the same names, owners and order.
tar --create --gzip --file "$archive.part" --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner "$name"
mv "$archive.part" "$archive"
echo "$archive"
