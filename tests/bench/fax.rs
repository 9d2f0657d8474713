//! A fax of thirty pages in fine resolution, as one arrives: how soon it can be read, what its pages weigh, what it leaves in
//! memory. Needs tiffcp (Debian: `apt-get install libtiff-tools`).

use permanence::decode::Decoder;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const PAGES: usize = 30;

pub fn figures(folder: &Path) {
    println!("\n== A fax of {PAGES} pages, fine, group 4 ==");
    std::fs::create_dir_all(folder).expect("a folder");
    let file = folder.join("trente-pages.tif");
    let two = "tests/samples/fax/good/gs-g4-fine-2p.tif";
    let made = Command::new("tiffcp").args(["-c", "g4"]).args(vec![two; PAGES / 2]).arg(&file).status();
    assert!(made.is_ok_and(|status| status.success()), "tiffcp makes it (apt-get install libtiff-tools)");
    let file = std::fs::read(&file).expect("it is there");
    let decoder = Decoder::new(crate::process::BINARY.into());
    for (name, file) in [
        ("group 4", file),
        ("PDF of text, 2 pages", std::fs::read("tests/samples/fax/good/text.pdf").expect("it is there")),
    ] {
        let idle = own_resident_mb();
        let begun = Instant::now();
        let (mut pages, mut first, mut heaviest, mut thumbs, mut most) = (0, 0.0, 0, 0, 0.0f64);
        let end = decoder.pages(&file, &mut |page| {
            if pages == 0 {
                first = begun.elapsed().as_secs_f64() * 1000.0;
            }
            pages += 1;
            heaviest = heaviest.max(page.png.len());
            thumbs += page.thumb.len();
            most = most.max(own_resident_mb());
            Ok(())
        });
        end.expect("the child runs").expect("a good fax");
        let all = begun.elapsed().as_secs_f64() * 1000.0;
        println!("{name:24} first page after {first:.0} ms, all {pages} after {all:.0} ms");
        println!("{:24} heaviest page {heaviest} bytes, thumbnails together {thumbs} bytes", "");
        println!(
            "{:24} the parent's memory {idle:.1} MB before, {most:.1} MB at most, {:.1} MB after",
            "",
            own_resident_mb()
        );
    }
    println!("the children's memory at most {:.1} MB", children_peak_mb());
}

fn own_resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or(0.0) * 1.024 / 1000.0
}

/// The largest of the children that have ended.
fn children_peak_mb() -> f64 {
    // SAFETY: an all-zero rusage is a valid one, and the call fills it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage);
        usage
    };
    usage.ru_maxrss as f64 * 1.024 / 1000.0
}
