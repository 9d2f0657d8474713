#!/usr/bin/env bash
# Makes the samples of faxes anew, with tools that know nothing of Permanence: Ghostscript, libtiff-tools, ImageMagick,
# poppler-utils, Python. The references are what libtiff (by ImageMagick) and poppler show of them, at a third of the width.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
rm -rf good damaged references small
mkdir good damaged references small

gs_to() { gs -q -dNOPAUSE -dBATCH -dSAFER "-sDEVICE=$1" "-sOutputFile=$2" "${@:3}"; }
page="-dFIXEDMEDIA -dPSFitPage -g1728x2292 -r204x196"

# As Ghostscript's fax drivers write them.
gs_to tiffg3 good/gs-g3-fine-2p.tif $page letter.ps
gs_to tiffg32d good/gs-g32d-fine-2p.tif $page letter.ps
gs_to tiffg4 good/gs-g4-fine-2p.tif $page letter.ps
gs_to tiffcrle good/gs-rle-2p.tif $page letter.ps
gs_to tiffg3 good/gs-g3-standard-2p.tif -dFIXEDMEDIA -dPSFitPage -g1728x1146 -r204x98 letter.ps
gs_to tiffg4 good/gs-g4-standard-2p.tif -dFIXEDMEDIA -dPSFitPage -g1728x1146 -r204x98 letter.ps

# As libtiff writes them: one page in every manner.
tiffcp -c none good/gs-g4-fine-2p.tif,0 "$work/one.tif"
tiffcp -c g3:1d -r 2292 "$work/one.tif" good/g3-1d.tif
tiffcp -c g3:1d:fill "$work/one.tif" good/g3-1d-aligned.tif
tiffcp -c g3:2d -f lsb2msb "$work/one.tif" good/g3-2d-lsb.tif
tiffcp -c g3:2d:fill -r 100 "$work/one.tif" good/g3-2d-aligned-strips.tif
tiffcp -c g4 -f lsb2msb -B "$work/one.tif" good/g4-lsb-bigendian.tif
tiffcp -c g4 -r 64 "$work/one.tif" good/g4-strips.tif
tiffcp -c g4 -t -w 256 -l 256 "$work/one.tif" good/g4-tiles.tif
tiffcp -c lzw "$work/one.tif" good/lzw.tif
tiffcp -c zip "$work/one.tif" good/deflate.tif
tiffcp -c packbits "$work/one.tif" good/packbits.tif
# Black is zero: the same page said the other way round.
convert "$work/one.tif" -define quantum:polarity=min-is-black -compress Group4 good/g4-black-is-zero.tif
# What comes off the line, as a fax server files it.
gs_to faxg3 "$work/line.g3" $page -dLastPage=1 letter.ps
fax2tiff -3 -1 -M -R 196 -X 1728 -8 -o good/fax2tiff-g4.tif "$work/line.g3"
fax2tiff -3 -1 -M -R 196 -X 1728 -7 -6 -o good/fax2tiff-g3-2d.tif "$work/line.g3"
# A page that lies on its side and says so.
convert "$work/one.tif" -rotate 270 -orient RightTop -density 196x204 -compress Group4 good/g4-turned.tif
# Grey and colour, at 75 points an inch, in strips and tiles, with and without differences.
gs_to tiffgray "$work/grey.tif" -r75 -dTextAlphaBits=4 -dGraphicsAlphaBits=4 -dFIXEDMEDIA -g620x877 -dLastPage=1 letter.ps
gs_to tiff24nc "$work/colour.tif" -r75 -dTextAlphaBits=4 -dGraphicsAlphaBits=4 -dFIXEDMEDIA -g620x877 -dLastPage=1 letter.ps
tiffcp -c lzw:2 "$work/grey.tif" good/grey-lzw.tif
tiffcp -c zip:2 -t -w 128 -l 128 "$work/colour.tif" good/colour-deflate-tiles.tif
tiffcp -c jpeg:80 -r 64 "$work/colour.tif" good/colour-jpeg.tif

# PDF: text from Ghostscript, and a fax service's (nothing but the picture of a page).
gs_to pdfwrite good/text.pdf -dPDFSETTINGS=/ebook letter.ps
tiff2pdf -o good/fax.pdf good/gs-g4-fine-2p.tif
# The same text without its fonts in the file, as old office programs write it.
gs_to pdfwrite good/text-no-fonts.pdf -dEmbedAllFonts=false -dSubsetFonts=false -c "<</NeverEmbed [/Times-Roman /Helvetica-Bold /Courier]>> setdistillerparams" -f letter.ps
gs_to pdfwrite damaged/password.pdf -sOwnerPassword=patron -sUserPassword=secret -dEncryptionR=3 -dKeyLength=128 -dLastPage=1 letter.ps

# Pictures.
convert "$work/grey.tif" -quality 80 good/page.jpg
convert "$work/one.tif" -define png:bit-depth=1 good/page.png
convert -size 900x600 plasma:steelblue-goldenrod -seed 7 -blur 0x6 -quality 60 good/photo.jpg
convert good/photo.jpg -rotate 270 -orient RightTop -quality 60 "$work/turned.jpg"
python3 - "$work/turned.jpg" good/photo-turned.jpg <<'PY'
import struct, sys
data = open(sys.argv[1], "rb").read()
tiff = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + struct.pack("<HHIHH", 274, 3, 1, 6, 0) + struct.pack("<I", 0)
exif = b"Exif\0\0" + tiff
open(sys.argv[2], "wb").write(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])
PY

# Damage.
python3 damage.py lines good/g3-1d.tif damaged/lines-1d.tif >damaged/lines-1d.txt
tiffcp -c g3:2d -r 2292 "$work/one.tif" "$work/2d.tif"
python3 damage.py lines "$work/2d.tif" damaged/lines-2d.tif >damaged/lines-2d.txt
python3 damage.py noise good/g3-1d.tif damaged/noise-1d.tif
python3 damage.py marks good/g3-1d.tif good/g3-1d-marks.tif
python3 damage.py cut good/g3-1d.tif damaged/cut-1d.tif 60
tiffcp -c g4 -r 2292 "$work/one.tif" "$work/g4.tif"
python3 damage.py cut "$work/g4.tif" damaged/cut-g4.tif 60

# References: black and white, 576 points wide.
small() { convert "$1" -colorspace Gray -filter Box -resize "$2!" -threshold 70% -define png:bit-depth=1 -strip "$3"; }
small "good/gs-g4-fine-2p.tif[0]" 576x795 references/fine-1.png
small "good/gs-g4-fine-2p.tif[1]" 576x795 references/fine-2.png
small "good/gs-g3-standard-2p.tif[0]" 576x795 references/standard-1.png
small "good/gs-g3-standard-2p.tif[1]" 576x795 references/standard-2.png
pdftoppm -r 200 -gray good/text.pdf "$work/text"
pdftoppm -r 200 -gray good/text-no-fonts.pdf "$work/text-no-fonts"
pdftoppm -r 200 -gray good/fax.pdf "$work/fax"
for name in text text-no-fonts fax; do
    for number in 1 2; do small "$work/$name-$number.pgm" 576x815 "references/$name-$number.png"; done
done
small "$work/grey.tif" 576x815 references/grey.png
convert good/photo.jpg -resize 144x96! -strip references/photo.png
# Small ones of every kind, for the mutants: the middle of the letter.
convert "$work/one.tif" -crop 432x160+240+560 +repage -units PixelsPerInch -density 204x196 -compress None "$work/small.tif"
for how in g3:1d g3:2d g4 lzw packbits; do tiffcp -c $how "$work/small.tif" "small/${how//:/-}.tif"; done
tiffcp -c g4 -t -w 128 -l 64 -B "$work/small.tif" small/g4-tiles.tif
tiffcp -c g3:2d:fill -f lsb2msb -r 40 "$work/small.tif" small/g3-strips.tif
tiffcp -c g4 "$work/small.tif" "$work/small.tif" small/g4-2p.tif
convert "$work/colour.tif" -crop 160x80+60+60 +repage -compress None "$work/small-colour.tif"
tiffcp -c zip:2 "$work/small-colour.tif" small/colour-deflate.tif
tiffcp -c jpeg:60 -r 16 "$work/small-colour.tif" small/colour-jpeg.tif
convert "$work/small-colour.tif" -quality 60 small/colour.jpg
convert "$work/small-colour.tif" -interlace JPEG -quality 60 small/progressive.jpg
convert "$work/small-colour.tif" -strip small/colour.png
tiff2pdf -o small/fax.pdf small/g4.tif
gs_to pdfwrite small/text.pdf -dDEVICEWIDTHPOINTS=200 -dDEVICEHEIGHTPOINTS=80 -dFIXEDMEDIA -dLastPage=1 \
    -c "/Times-Roman 12 selectfont 10 40 moveto (Un fax de trois mots) show showpage" -f
du -sh .
