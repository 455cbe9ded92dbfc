#!/bin/bash
# Reads with ImageMagick 6 the files of FOLDER that CorpusTest and Pillow read differently, and stores FOLDER/imagemagick/HASH.png:
# upright, on white. Colour profiles are not applied. Usage: imagemagick_read.sh FOLDER, after a first run of the test.
set -euo pipefail
cd "$1"
mkdir -p imagemagick
while read -r hash; do
    convert -limit memory 1GiB "files/$hash[0]" -auto-orient -strip -background white -flatten -colorspace sRGB -depth 8 \
        "PNG24:imagemagick/$hash.png" || rm -f "imagemagick/$hash.png"
done < disputed.txt
