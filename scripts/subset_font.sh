#!/bin/sh
# Makes src/output/figure/DejaVuSans-subset.ttf, the font of all figures, from
# DejaVuSans.ttf 2.37 (Debian: fonts-dejavu-core) with fontTools' pyftsubset.
# Kerning and hints are dropped: the width of a text is then exactly the sum of
# its advances, which is how the layout measures it.
set -eu
font=${1:-/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf}
cd "$(dirname "$0")/.."
# Latin, Latin-1, Latin Extended-A, Greek, Cyrillic, dashes and quotes,
# super- and subscripts, arrows, and the mathematical signs of labels.
"${PYFTSUBSET:-pyftsubset}" "$font" \
  --output-file=src/output/figure/DejaVuSans-subset.ttf \
  --unicodes='U+20-7E,U+A0-17F,U+2C6,U+2DC,U+370-3FF,U+400-45F,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032-2033,U+2070-208E,U+2126,U+2190-2199,U+21D2,U+2202,U+2206,U+2208,U+220F,U+2211-2213,U+2215,U+2217-221A,U+221D-221E,U+222B,U+2248,U+2260-2261,U+2264-2265,U+226A-226B,U+25A0-25A1,U+25B2,U+25CF,U+266D-266F,U+FFFD' \
  --layout-features='' --no-hinting --desubroutinize --notdef-outline \
  --name-IDs='0,1,2,3,4,5,6,13,14' --drop-tables+=FFTM,GPOS,GSUB,GDEF,kern
