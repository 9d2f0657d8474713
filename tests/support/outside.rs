//! Other people's programs that read agendas and contacts: Python's icalendar, vobject and caldav, and vdirsyncer.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn tools(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools").join(folder)
}

/// Runs a Python program on a text; what it prints is JSON. `folder` holds its packages.
pub fn python(folder: &str, program: &str, arguments: &[&str], input: &str) -> Value {
    let mut child = Command::new("python3")
        .args(["-c", program])
        .args(arguments)
        .env("PYTHONPATH", tools(folder))
        .env("NO_PROXY", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3 runs");
    child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{complaint}\nwith {input}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stdout)))
}

/// Every event of a calendar as icalendar reads it; a calendar that it finds fault with fails.
pub fn events(calendar: &str) -> Vec<Value> {
    let program = "import sys, json, icalendar\n\
        calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())\n\
        assert not calendar.errors, calendar.errors\n\
        zones = [str(zone['TZID']) for zone in calendar.walk('VTIMEZONE')]\n\
        out = []\n\
        for event in calendar.walk('VEVENT'):\n\
        \x20   assert not event.errors, event.errors\n\
        \x20   text = lambda name: str(event.get(name, ''))\n\
        \x20   start, end = event['DTSTART'], event['DTEND']\n\
        \x20   utc = lambda at: at.dt.astimezone(icalendar.prop.timezone.utc).isoformat() if hasattr(at.dt, 'hour') else at.dt.isoformat()\n\
        \x20   assert start.params.get('TZID', zones[0] if zones else '') in zones + ['']\n\
        \x20   out.append({'uid': text('UID'), 'sequence': int(event.get('SEQUENCE', 0)), 'start': utc(start), 'end': utc(end),\n\
        \x20       'summary': text('SUMMARY'), 'description': text('DESCRIPTION'), 'location': text('LOCATION'),\n\
        \x20       'status': text('STATUS'), 'alarms': len(event.walk('VALARM'))})\n\
        print(json.dumps(out))";
    assert!(calendar.split("\r\n").all(|line| line.len() <= 75), "RFC 5545, 3.1: {calendar}");
    let program = program.replace("icalendar.prop.timezone.utc", "__import__('datetime').timezone.utc");
    python("python", &program, &[], calendar).as_array().expect("a list").clone()
}

/// A folder that vdirsyncer keeps in step with a server.
pub struct Pair {
    folder: tempfile::TempDir,
}

impl Pair {
    /// `remote` are the lines of the far side's storage; `ending` is « .ics » or « .vcf ».
    pub fn new(remote: &str, ending: &str) -> Pair {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path().display();
        std::fs::create_dir(folder.path().join("ici")).expect("a folder");
        let config = format!(
            "[general]\nstatus_path = \"{at}/etat/\"\n\n\
            [pair tout]\na = \"ici\"\nb = \"ailleurs\"\ncollections = null\nconflict_resolution = \"b wins\"\n\n\
            [storage ici]\ntype = \"filesystem\"\npath = \"{at}/ici/\"\nfileext = \"{ending}\"\n\n\
            [storage ailleurs]\n{remote}\n"
        );
        std::fs::write(folder.path().join("config"), config).expect("its configuration");
        let pair = Pair { folder };
        pair.run(&["discover"]);
        pair
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new("vdirsyncer")
            .arg("-c")
            .arg(self.folder.path().join("config"))
            .args(arguments)
            .env("NO_PROXY", "127.0.0.1")
            .output()
            .expect("vdirsyncer runs (apt-get install vdirsyncer)");
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "vdirsyncer {arguments:?}: {said}");
        said
    }

    /// Brings both sides in step; what it said.
    pub fn sync(&self) -> String {
        self.run(&["sync"])
    }

    /// The files of this side, by name.
    pub fn files(&self) -> Vec<(PathBuf, String)> {
        let mut found: Vec<(PathBuf, String)> = std::fs::read_dir(self.folder.path().join("ici"))
            .expect("the folder")
            .map(|entry| entry.expect("a file").path())
            .map(|path| (path.clone(), std::fs::read_to_string(path).expect("its text")))
            .collect();
        found.sort();
        found
    }
    /// Writes a file on this side.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join("ici").join(name), text).expect("it is written");
    }
}
