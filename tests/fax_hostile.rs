//! Files that somebody sends to do harm, or that no program should have written: each is refused with its sentence, in
//! bounded time and memory, and the next file is read as if nothing had been.

use crate::support::fax::{decode, decoder, sample};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use permanence::decode::{Refusal, Remark};
use std::io::Write;
use std::process::{Command, Stdio};

/// A TIFF with this many pages of one line each; the last points to `after`.
fn tiff(pages: usize, width: u32, height: u32, after: Option<u32>) -> Vec<u8> {
    const DIRECTORY_BYTES: usize = 2 + 8 * 12 + 4;
    let mut file = b"II*\0".to_vec();
    file.extend(8u32.to_le_bytes());
    for page in 0..pages {
        file.extend(8u16.to_le_bytes());
        for (tag, value) in
            [(256u16, width), (257, height), (258, 1), (259, 1), (262, 0), (273, 0), (278, height), (279, 4096)]
        {
            file.extend(tag.to_le_bytes());
            file.extend(4u16.to_le_bytes());
            file.extend(1u32.to_le_bytes());
            file.extend(value.to_le_bytes());
        }
        let next = (8 + (page + 1) * DIRECTORY_BYTES) as u32;
        file.extend(if page + 1 < pages { next } else { after.unwrap_or(0) }.to_le_bytes());
    }
    file
}

fn deflated(count: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..count >> 20 {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.finish().unwrap()
}

/// A PNG whose points are all alike (PNG specification, 5.2), so that a megabyte of them takes a kilobyte.
fn png(width: u32, height: u32, data: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    for (name, bytes) in [(b"IHDR", &head[..]), (b"IDAT", data), (b"IEND", &[])] {
        file.extend((bytes.len() as u32).to_be_bytes());
        let start = file.len();
        file.extend(name);
        file.extend(bytes);
        let mut crc = flate2::Crc::new();
        crc.update(&file[start..]);
        file.extend(crc.sum().to_be_bytes());
    }
    file
}

/// A PDF of these objects, without a table of where they are: readers look for them.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut file = String::from("%PDF-1.4\n");
    for (number, object) in objects.iter().enumerate() {
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    file.push_str("trailer << /Root 1 0 R >>\n%%EOF\n");
    file.into_bytes()
}

fn pdf_of_pages(count: usize, more: &str) -> Vec<u8> {
    let kids: String = (0..count).map(|page| format!("{} 0 R ", page + 3)).collect();
    let mut objects =
        vec!["<< /Type /Catalog /Pages 2 0 R >>".into(), format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>")];
    objects.extend((0..count).map(|_| format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] {more} >>")));
    pdf(&objects)
}

fn refusal(file: &[u8]) -> Refusal {
    let (pages, end) = decode(file);
    end.err().unwrap_or_else(|| panic!("it is taken, with {} pages", pages.len()))
}

#[test]
fn every_bad_file_is_refused_with_its_sentence() {
    let fax = sample("good/g4-strips.tif");
    let jpeg = sample("good/page.jpg");
    let picture = sample("good/page.png");
    let circle = tiff(3, 100, 1, Some(8));
    let bytes_of_bomb = 4 * 6900 * 7000;
    let cases: Vec<(&str, Vec<u8>, &[Refusal])> = vec![
        ("nothing", Vec::new(), &[Refusal::Empty]),
        ("a text", b"Bonjour, voici le fax promis.".to_vec(), &[Refusal::UnknownKind]),
        ("a program", b"\x7fELF\x02\x01\x01\0".repeat(40), &[Refusal::UnknownKind]),
        ("a picture of another kind", b"GIF89a\x01\0\x01\0".to_vec(), &[Refusal::UnknownKind]),
        ("26 MB", [&fax[..], &vec![0; 26 << 20]].concat(), &[Refusal::TooHeavy]),
        ("the head of a TIFF", fax[..8].to_vec(), &[Refusal::Damaged]),
        ("a tenth of a TIFF", fax[..fax.len() / 10].to_vec(), &[Refusal::Damaged]),
        ("the half of a JPEG's head", jpeg[..100].to_vec(), &[Refusal::Damaged]),
        ("the half of a PNG", picture[..picture.len() / 2].to_vec(), &[Refusal::Damaged]),
        ("a PDF with a password", sample("damaged/password.pdf"), &[Refusal::Encrypted]),
        ("a PDF's first line", b"%PDF-1.7\nrien\n".to_vec(), &[Refusal::Damaged, Refusal::NoPage]),
        ("a PDF without pages", pdf_of_pages(0, ""), &[Refusal::NoPage, Refusal::Damaged]),
        ("a PDF of 201 pages", pdf_of_pages(201, ""), &[Refusal::TooManyPages]),
        ("a TIFF without pages", tiff(0, 0, 0, None), &[Refusal::Damaged, Refusal::NoPage]),
        ("a TIFF of 201 pages", tiff(201, 100, 1, None), &[Refusal::TooManyPages]),
        ("a page of 0 points", tiff(1, 0, 0, None), &[Refusal::Damaged]),
        ("a page of 4 billion by 4 billion", tiff(1, u32::MAX, u32::MAX, None), &[Refusal::PageTooLarge]),
        ("a page of 30,000 by 30,000", tiff(1, 30_000, 30_000, None), &[Refusal::PageTooLarge]),
        ("a PNG that says 60,000 by 60,000", png(60_000, 60_000, &[]), &[Refusal::PageTooLarge]),
        (
            "200 KB that are 190 MB of points",
            png(6900, 7000, &deflated(bytes_of_bomb + (8 << 20))),
            &[Refusal::PageTooLarge],
        ),
    ];
    for (what, file, expected) in cases {
        let refusal = refusal(&file);
        assert!(expected.contains(&refusal), "{what}: {refusal:?}");
        let sentence = refusal.to_string();
        assert!(
            sentence.ends_with('.')
                && sentence.starts_with("Ce ") | sentence.starts_with("Une ") | sentence.starts_with("Lire ")
        );
    }
    // Pages that go round in a circle: those there are, once.
    let (pages, end) = decode(&circle);
    let remarks = end.unwrap().remarks;
    assert_eq!((pages.len(), remarks.as_slice()), (3, &[Remark::LostRest][..]));
}

#[test]
fn bombs_within_a_pdf_end_with_the_child() {
    let zeros = deflated(900 << 20);
    let content = format!("/Contents {} 0 R", 4);
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] {content} >>"),
    ];
    let mut file = pdf(&objects);
    file.truncate(file.len() - "trailer << /Root 1 0 R >>\n%%EOF\n".len());
    file.extend(format!("4 0 obj\n<< /Length {} /Filter /FlateDecode >>\nstream\n", zeros.len()).into_bytes());
    file.extend(&zeros);
    file.extend(b"\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n");
    // 900 MB of nothing on a page: its memory is not to be had; an empty page would be as good an answer.
    let (pages, end) = decode(&file);
    assert!(pages.len() <= 1, "{end:?}");

    // A form that draws itself, and a page tree that holds itself.
    objects[2] = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>".into();
    objects.push("<< /Length 4 >>\nstream\n/F Do\nendstream".into());
    objects.push(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >> /Length 4 >>\nstream\n/F Do\nendstream".into(),
    );
    let _ = decode(&pdf(&objects));
    objects[1] = "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>".into();
    let _ = decode(&pdf(&objects));
    // And the next one is read.
    assert!(decode(&sample("good/g4-strips.tif")).1.is_ok());
}

#[test]
fn the_child_can_open_nothing() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_permanence"))
        .arg("decode")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut file = child.stdin.take().unwrap();
    let facts = |name: &str| std::fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap_or_default();
    // It enters its jail before it reads: from then on its state says so.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !facts("status").contains("Seccomp:\t2") {
        assert!(std::time::Instant::now() < deadline, "no filter of system calls: {}", facts("status"));
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(facts("status").contains("NoNewPrivs:\t1"));
    let limits = facts("limits");
    let limit = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {limits}"));
        line[name.len()..].split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(limit("Max open files"), "0");
    assert_eq!(limit("Max file size"), "0");
    assert_eq!(limit("Max core file size"), "0");
    assert!(limit("Max address space").parse::<u64>().unwrap() <= 1 << 30);
    assert!(limit("Max cpu time").parse::<u64>().unwrap() <= 300);
    // And so it reads a fax.
    file.write_all(&sample("good/g4-strips.tif")).unwrap();
    drop(file);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stdout.starts_with(b"P"));
}

/// Mutants asked for by the environment; otherwise as many as a minute has room for.
const MUTANTS: &str = "PERMANENCE_FAX_MUTANTS";

/// A sequence that looks like chance and is the same each time (xorshift, Marsaglia 2003).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }
}

/// A file with a few of the things that go wrong with files. Heads are hit more often than what follows them.
fn mutant(seed: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut file = seed.to_vec();
    for _ in 0..=chance.below(4) {
        let reach = if chance.below(2) == 0 { file.len().min(256) } else { file.len() };
        let place = chance.below(reach);
        let length = (1 + chance.below(16)).min(file.len() - place);
        match chance.below(9) {
            0 => file[place] ^= 1 << chance.below(8),
            1 => file[place..place + length].fill(0),
            2 => file[place..place + length].fill(0xff),
            3 => file[place..place + length].iter_mut().for_each(|byte| *byte = chance.below(256) as u8),
            4 => drop(file.drain(place..place + length)),
            5 => {
                let again = file[place..place + length].to_vec();
                file.splice(place..place, again.repeat(1 + chance.below(200)));
            }
            6 => file.truncate(place.max(16)),
            // Numbers of four bytes as large, or as small, as they come.
            7 => {
                let number = [0, 1, 0x7fff_ffff, 0x8000_0000, u32::MAX, 0xffff, 65_536][chance.below(7)];
                let bytes = if chance.below(2) == 0 { number.to_le_bytes() } else { number.to_be_bytes() };
                let end = (place + 4).min(file.len());
                file[place..end].copy_from_slice(&bytes[..end - place]);
            }
            // A part of it stands elsewhere too.
            _ => {
                let from = chance.below(file.len() - length + 1);
                file.copy_within(from..from + length, place);
            }
        }
    }
    file
}

/// None holds the decoder up, none ends anything but its own child, and between them good files are read.
#[test]
fn mutants_of_every_sample_harm_nobody() {
    let count: usize = std::env::var(MUTANTS).ok().and_then(|text| text.parse().ok()).unwrap_or(500);
    let mut seeds: Vec<_> =
        std::fs::read_dir("tests/samples/fax/small").unwrap().map(|entry| entry.unwrap().path()).collect();
    seeds.sort();
    assert!(seeds.len() >= 12, "{seeds:?}");
    let good = sample("small/g4.tif");
    let whole = decode(&good);
    let lane = |first: usize| {
        let decoder = decoder();
        let (mut taken, mut demanding) = (0, 0);
        for number in (first..count).step_by(2) {
            let path = &seeds[number % seeds.len()];
            let mut chance = Chance(0x9e37_79b9_7f4a_7c15 ^ (number as u64 + 1));
            let file = mutant(&std::fs::read(path).unwrap(), &mut chance);
            let end = decoder
                .pages(&file, &mut |_| Ok(()))
                .unwrap_or_else(|cause| panic!("mutant {number} of {path:?}: {cause}"));
            match end {
                Ok(_) => taken += 1,
                Err(Refusal::TooDemanding) => demanding += 1,
                Err(_) => {}
            }
            if number % 50 == first {
                let mut pages = Vec::new();
                let end = decoder.pages(&good, &mut |page| {
                    pages.push(page);
                    Ok(())
                });
                assert_eq!((pages, end.unwrap()), whole, "after mutant {number} of {path:?}");
            }
        }
        (taken, demanding)
    };
    let (one, two) = std::thread::scope(|scope| {
        let one = scope.spawn(|| lane(0));
        let two = scope.spawn(|| lane(1));
        (one.join().unwrap(), two.join().unwrap())
    });
    let (taken, demanding) = (one.0 + two.0, one.1 + two.1);
    assert!(taken > 0 && taken < count, "a mutator that does something: {taken} of {count} were taken");
    assert!(demanding * 20 <= count, "{demanding} of {count} ended their child");
    eprintln!("{count} mutants: {taken} taken, {demanding} ended their child");
}
