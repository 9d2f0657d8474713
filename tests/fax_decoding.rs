//! Faxes from everywhere, read by the real binary's own child: beside what libtiff and poppler show of the same files.
//! `tests/samples/fax/make.sh` says how they were made.

use crate::support::fax::{Greys, decode, decoder, read, sample, strangers};
use permanence::decode::{Decoder, Kind, Refusal, Remark};
use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

/// A file, the references of its pages, and how far they may be from them.
type Good = (&'static str, &'static [&'static str], f64);

/// Each good file with the references of its pages and how far it may be from them, in parts of a hundred (see `strangers`).
/// libtiff's pages are the same points, reduced; poppler draws letters and greys in its own way.
const FAXES: &[Good] = &[
    ("gs-g3-fine-2p.tif", &["fine-1", "fine-2"], 0.5),
    ("gs-g32d-fine-2p.tif", &["fine-1", "fine-2"], 0.5),
    ("gs-g4-fine-2p.tif", &["fine-1", "fine-2"], 0.5),
    ("gs-rle-2p.tif", &["fine-1", "fine-2"], 0.5),
    ("gs-g3-standard-2p.tif", &["standard-1", "standard-2"], 1.0),
    ("gs-g4-standard-2p.tif", &["standard-1", "standard-2"], 1.0),
    ("fax2tiff-g3-2d.tif", &["fine-1"], 0.5),
    ("fax2tiff-g4.tif", &["fine-1"], 0.5),
    ("g3-1d.tif", &["fine-1"], 0.5),
    ("g3-1d-aligned.tif", &["fine-1"], 0.5),
    ("g3-1d-marks.tif", &["fine-1"], 0.5),
    ("g3-2d-aligned-strips.tif", &["fine-1"], 0.5),
    ("g3-2d-lsb.tif", &["fine-1"], 0.5),
    ("g4-black-is-zero.tif", &["fine-1"], 0.5),
    ("g4-lsb-bigendian.tif", &["fine-1"], 0.5),
    ("g4-strips.tif", &["fine-1"], 0.5),
    ("g4-tiles.tif", &["fine-1"], 0.5),
    ("g4-turned.tif", &["fine-1"], 0.5),
    ("lzw.tif", &["fine-1"], 0.5),
    ("deflate.tif", &["fine-1"], 0.5),
    ("packbits.tif", &["fine-1"], 0.5),
];
const OTHERS: &[Good] = &[
    ("page.png", &["fine-1"], 0.5),
    ("grey-lzw.tif", &["grey"], 2.0),
    ("colour-deflate-tiles.tif", &["grey"], 2.0),
    ("colour-jpeg.tif", &["grey"], 2.0),
    ("page.jpg", &["grey"], 2.0),
    ("text.pdf", &["text-1", "text-2"], 2.0),
    ("text-no-fonts.pdf", &["text-no-fonts-1", "text-no-fonts-2"], 2.0),
    ("fax.pdf", &["fax-1", "fax-2"], 2.0),
];

#[test]
fn every_fax_shows_as_libtiff_shows_it() {
    show_as_others_do(FAXES);
}

#[test]
fn every_other_page_shows_as_other_readers_show_it() {
    show_as_others_do(OTHERS);
}

fn show_as_others_do(good: &[Good]) {
    let mut wrong = Vec::new();
    // Most codings give the very same page: it is measured once.
    let mut measured: HashMap<(Vec<u8>, &str), f64> = HashMap::new();
    for (name, references, most) in good {
        let (pages, end) = decode(&sample(&format!("good/{name}")));
        let summary = end.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_eq!(pages.len(), references.len(), "{name}");
        assert!(summary.remarks.is_empty(), "{name}: {:?}", summary.remarks);
        for (page, reference) in pages.iter().zip(*references) {
            let share = *measured.entry((page.png.clone(), reference)).or_insert_with(|| {
                let shown = Greys::of(&page.png);
                assert_eq!((shown.width, shown.height), (page.width as usize, page.height as usize), "{name}");
                strangers(&shown, &Greys::of(&sample(&format!("references/{reference}.png"))))
            });
            if share > *most {
                wrong.push(format!("{name}: {share:.2} % of what is black"));
            }
            assert!(page.png.len() < 100_000, "{name}: {} bytes", page.png.len());
            assert!(page.thumb.len() < 6_600, "{name}: {} bytes of thumbnail", page.thumb.len());
        }
    }
    assert!(wrong.is_empty(), "unlike the reference:\n{}", wrong.join("\n"));
}

#[test]
fn points_that_are_no_squares_are_shown_in_their_true_shape() {
    // 1728 points at 204 an inch, 1146 lines at 98, or 2292 at 196.
    let true_shape = (1728.0 / 204.0) / (1146.0 / 98.0);
    for name in ["gs-g3-standard-2p.tif", "gs-g4-standard-2p.tif", "gs-g3-fine-2p.tif", "g4-turned.tif"] {
        for page in decode(&sample(&format!("good/{name}"))).0 {
            let shape = f64::from(page.width) / f64::from(page.height);
            assert!((shape / true_shape - 1.0).abs() < 0.002, "{name}: {} × {}", page.width, page.height);
        }
    }
}

#[test]
fn black_and_white_stays_so_and_colours_stay_colours() {
    let depth = |name: &str| {
        let page = read(&sample(name)).remove(0);
        // PNG specification, 11.2.2: bit depth and colour type follow the size.
        (page.png[24], page.png[25])
    };
    assert_eq!(depth("good/g4-strips.tif"), (1, 0));
    assert_eq!(depth("small/fax.pdf"), (1, 0));
    assert_eq!(depth("good/photo.jpg"), (8, 3), "a palette");
}

#[test]
fn a_photograph_is_upright_whichever_way_the_telephone_was_held() {
    let straight = Greys::of(&read(&sample("good/photo.jpg"))[0].png);
    let turned = Greys::of(&read(&sample("good/photo-turned.jpg"))[0].png);
    assert_eq!((turned.width, turned.height), (straight.width, straight.height));
    let reference = Greys::of(&sample("references/photo.png"));
    for (name, photo) in [("straight", straight), ("turned", turned)] {
        let off = photo.reduced(reference.width, reference.height).mean_difference(&reference);
        assert!(off < 4.0, "{name}: {off:.1} of 255 from ImageMagick's");
    }
}

#[test]
fn damaged_lines_repeat_the_line_above_as_on_a_fax_machine() {
    let reference = Greys::of(&sample("references/fine-1.png"));
    for name in ["lines-1d", "lines-2d"] {
        let (pages, end) = decode(&sample(&format!("damaged/{name}.tif")));
        let counted = String::from_utf8(sample(&format!("damaged/{name}.txt"))).unwrap();
        let lines = counted.trim().parse().unwrap();
        assert_eq!(end.unwrap().remarks, [Remark::DamagedLines { page: 1, lines }], "{name}");
        let share = strangers(&Greys::of(&pages[0].png), &reference);
        assert!(share < 1.0, "{name}: {share:.2} %");
    }
    let said = Remark::DamagedLines { page: 1, lines: 23 }.to_string();
    assert_eq!(said, "Page 1 : 23 lignes abîmées pendant la transmission répètent la précédente.");

    let (pages, end) = decode(&sample("damaged/noise-1d.tif"));
    let remarks = end.unwrap().remarks;
    assert!(matches!(remarks[..], [Remark::DamagedLines { page: 1, lines: 20..=40 }]), "{remarks:?}");
    // Where a mark was hit, two lines have become one, and the rest of the page stands a line higher.
    let share = strangers(&Greys::of(&pages[0].png), &reference);
    assert!(share < 4.0, "{share:.2} %");
}

#[test]
fn a_file_that_is_wrong_about_its_codes_is_read_all_the_same() {
    // As libtiff writes them: little-endian entries of a tag, its type, a count and the value.
    let said = |file: &[u8], tag: u16, value: u32| {
        let entry = file.windows(2).enumerate().skip(8).find(|(place, two)| {
            *two == tag.to_le_bytes() && file[place + 2..place + 8] == [file[place + 2], 0, 1, 0, 0, 0]
        });
        let place = entry.map(|(place, _)| place + 8).expect("the tag is there");
        let mut file = file.to_vec();
        file[place..place + 4].copy_from_slice(&value.to_le_bytes());
        file
    };
    const FILL_ORDER: u16 = 266;
    const T4_OPTIONS: u16 = 292;
    for (name, tag, wrong) in [
        ("good/g4-strips.tif", FILL_ORDER, 2),
        ("good/g3-2d-lsb.tif", FILL_ORDER, 1),
        ("good/g3-2d-lsb.tif", T4_OPTIONS, 0),
        ("good/g3-1d.tif", T4_OPTIONS, 1),
    ] {
        let file = sample(name);
        let (pages, end) = decode(&said(&file, tag, wrong));
        assert_eq!(end.map(|summary| summary.remarks), Ok(Vec::new()), "{name}, {tag}");
        assert!(pages == read(&file), "{name}, {tag}");
    }
}

#[test]
fn a_page_that_breaks_off_is_kept_so_far_and_says_so() {
    let reference = Greys::of(&sample("references/fine-1.png"));
    for name in ["cut-1d", "cut-g4"] {
        let (pages, end) = decode(&sample(&format!("damaged/{name}.tif")));
        let remarks = end.unwrap().remarks;
        let [Remark::BrokenOff { page: 1, read, of: 2292 }] = remarks[..] else { panic!("{name}: {remarks:?}") };
        assert!((800..2200).contains(&read), "{name}: {read}");
        let part = f64::from(read) / 2292.0 - 0.01;
        let share = strangers(&Greys::of(&pages[0].png).top(part), &reference.top(part));
        assert!(share < 1.0, "{name}: {share:.2} %");
        assert!(remarks[0].to_string().starts_with("Page 1 : elle est incomplète ; les premiers "), "{}", remarks[0]);
    }
    // The second page of two is lost with the end of the file; the first is good.
    let whole = sample("good/gs-g4-fine-2p.tif");
    let (pages, end) = decode(&whole[..whole.len() - 2000]);
    let remarks = end.unwrap().remarks;
    assert!(!remarks.is_empty() && !pages.is_empty(), "{remarks:?}");
}

#[test]
fn what_a_file_is_its_first_bytes_say() {
    for (name, kind) in
        [("g4-tiles.tif", Kind::Tiff), ("text.pdf", Kind::Pdf), ("colour.png", Kind::Png), ("colour.jpg", Kind::Jpeg)]
    {
        assert_eq!(decode(&sample(&format!("small/{name}"))).1.map(|summary| summary.kind), Ok(kind));
    }
}

#[test]
fn a_logo_fits_and_keeps_its_transparency() {
    let picture = decoder().picture(&sample("good/photo.jpg"), 480, 160).unwrap().unwrap();
    assert_eq!((picture.width, picture.height), (240, 160));
    assert_eq!((picture.png[24], picture.png[25]), (8, 6), "with transparency");
    let refused = decoder().picture(&sample("good/text.pdf"), 480, 160).unwrap();
    assert_eq!(refused, Err(Refusal::UnknownKind));
}

/// A program that answers `decode` in a way of its own.
fn in_its_place(folder: &Path, script: &str) -> Decoder {
    let program = folder.join("decoder");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    Decoder::new(program)
}

#[test]
fn a_child_that_hangs_dies_or_lies_is_the_end_of_that_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let fax = sample("good/g4-strips.tif");
    let count = |decoder: &Decoder| {
        let mut pages = 0;
        let end = decoder.pages(&fax, &mut |_| {
            pages += 1;
            Ok(())
        });
        (pages, end.unwrap())
    };
    let hanging = in_its_place(folder.path(), "exec sleep 60").patient_for(Duration::from_millis(200));
    assert_eq!(count(&hanging), (0, Err(Refusal::TooDemanding)));
    let dying = in_its_place(folder.path(), "kill -9 $$");
    assert_eq!(count(&dying), (0, Err(Refusal::TooDemanding)));
    // A frame that is too long, a letter that means nothing, a page that is no picture, an end without a page.
    for lie in [
        r"P\377\377\377\377",
        r"X\001\000\000\000a",
        r"P\017\000\000\000aaaabbbb\000\000\000\000ccc",
        r"D\003\000\000\000\000\000\000",
    ] {
        let lying = in_its_place(folder.path(), &format!("cat >/dev/null; printf '{lie}'"));
        let (pages, end) = count(&lying);
        assert!(pages == 0 && end.is_err(), "{lie}: {end:?}");
    }
    let absent = Decoder::new("/nonexistent".into());
    assert!(absent.pages(&fax, &mut |_| Ok(())).is_err(), "that is our fault, not the file's");
}

#[test]
fn who_takes_the_pages_can_stop() {
    let mut taken = 0;
    let end = decoder().pages(&sample("good/gs-g4-fine-2p.tif"), &mut |_| {
        taken += 1;
        Err(permanence::error::Error::NotFound)
    });
    assert!(end.is_err() && taken == 1);
}
