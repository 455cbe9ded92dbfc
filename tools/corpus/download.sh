#!/bin/bash
# Collects the images that packages of image libraries carry as test data, each once, in FOLDER/files.
# Usage: download.sh FOLDER. Needs Debian's apt, pip, Maven, and about 2 GB. The registries are those that the machine is set up for.
set -euo pipefail
mkdir -p "$1"/{packages,unpacked,apt/lists/partial,apt/cache/archives/partial}
folder=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
cd "$folder/packages"

pip download -q --no-deps --no-binary pillow pillow==13.0.0

# Sources of the same suites that the machine installs packages from; a security update may be gone, then its original tarball is enough.
sed 's/^Types: deb$/Types: deb-src/' /etc/apt/sources.list.d/debian.sources > "$folder/apt/debian.sources"
apt=(apt-get -q -o Dir::Etc::sourcelist="$folder/apt/debian.sources" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$folder/apt/lists"
    -o Dir::Cache="$folder/apt/cache" -o APT::Sandbox::User=root)
"${apt[@]}" update
for package in tiff libpng1.6 libwebp giflib exiv2 graphicsmagick imagemagick libjpeg-turbo gdk-pixbuf libgd2 leptonlib vips; do
    "${apt[@]}" source --download-only "$package" || true
done

for artifact in com.twelvemonkeys.imageio:imageio-{tiff,bmp,jpeg,webp,metadata}:3.13.1 org.apache.commons:commons-imaging:1.0.0-alpha6; do
    mvn -q dependency:copy -Dartifact="$artifact:jar:tests" -DoutputDirectory="$PWD" || echo "no tests of $artifact"
done

for package in *.tar.*; do
    case $package in *.asc) continue ;; esac
    mkdir -p "$folder/unpacked/$package" && tar -xf "$package" -C "$folder/unpacked/$package"
done
for package in *.jar; do
    mkdir -p "$folder/unpacked/$package" && unzip -qo "$package" -d "$folder/unpacked/$package"
done

python3 "$here/collect.py" "$folder"
