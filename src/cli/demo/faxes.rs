//! Faxes of the invented secretariat: small PDFs written here, with nothing but invented people on them. The server reads them
//! when it starts, as it reads any other.

use crate::base::{Instant, Phone, SubscriberId, time};
use crate::error::Result;
use crate::fax::model::{About, Way};
use crate::fax::receive::{Arrival, receive};
use crate::house::House;
use crate::people::Person;

/// Lines of a page; an empty one leaves room.
type Page = &'static [&'static str];

const RESULTS: [Page; 2] = [
    &[
        "LABORATOIRE DU LAC",
        "12, quai des Tanneurs - 94000 Créteil",
        "Télécopie : 01 99 00 55 10",
        "",
        "À l'attention du Dr Martin",
        "Page 1 sur 2",
        "",
        "Patiente : Mme Odile BESSON, née le 14/02/1955",
        "Prélèvement de ce jour à 7 h 40",
        "",
        "Hémoglobine .............. 12,9 g/dl    (12,0 - 16,0)",
        "Leucocytes ............... 7 400 /mm3   (4 000 - 10 000)",
        "Plaquettes ............... 251 000 /mm3 (150 000 - 400 000)",
        "Créatinine ............... 78 µmol/l    (45 - 84)",
    ],
    &[
        "LABORATOIRE DU LAC",
        "Page 2 sur 2",
        "",
        "Patiente : Mme Odile BESSON",
        "",
        "Glycémie à jeun .......... 1,08 g/l     (0,74 - 1,06)  *",
        "CRP ...................... 4 mg/l       (< 5)",
        "",
        "* à contrôler.",
        "",
        "Le biologiste, É. Garnier",
    ],
];

const ORDER: [Page; 1] = [&[
    "CLINIQUE DES ORMES - Service de cardiologie",
    "",
    "Cher confrère,",
    "",
    "M. Paul KERMARREC a été vu ce jour en consultation.",
    "L'électrocardiogramme est sans particularité, le traitement",
    "est inchangé. Je le reverrai dans six mois.",
    "",
    "Bien à vous,",
    "Dr A. Sorel",
]];

const NOBODYS: [Page; 1] = [&[
    "MENUISERIE BLANCHARD",
    "",
    "Bon de commande n° 2214",
    "",
    "6 fenêtres 120 x 95, chêne, double vitrage",
    "1 porte-fenêtre 215 x 120",
    "",
    "Livraison souhaitée : semaine prochaine.",
    "Merci de confirmer par téléphone au 05 36 49 20 20.",
]];

/// Two faxes for Doctor Martin, and one of which nobody knows whose it is.
pub(super) fn fill(house: &House, now: Instant, persons: &[Person]) -> Result<()> {
    let ago = |minutes: i64| now.plus_ms(-minutes * time::MINUTE_MS);
    let aline = persons.iter().find(|person| person.login == "aline").map(|person| (person.id, person.name.as_str()));
    let martin = Some(SubscriberId(1));
    let laboratory = About {
        name: "Laboratoire du Lac".into(),
        phone: Phone::read("01 99 00 55 10"),
        subject: "Résultats de Mme Besson".into(),
        urgent: false,
    };
    let by_mail = About { subject: "Fax de 01 99 00 61 30, 1 page".into(), ..About::default() };
    for (pages, name, way, by, subscriber, about, at) in [
        (&RESULTS[..], "resultats.pdf", Way::Upload, aline, martin, laboratory, ago(34)),
        (&ORDER[..], "fax-20-41.pdf", Way::Mail, None, martin, by_mail, ago(52)),
        (&NOBODYS[..], "scan 0007.pdf", Way::Folder, None, None, About::default(), ago(11)),
    ] {
        receive(house, Arrival { bytes: &pdf(pages), name, way, by, subscriber, about }, at)?;
    }
    Ok(())
}

/// A PDF of typed pages (ISO 32000-1, 7.5): one of the fonts that every reader has, A4, one object after another.
fn pdf(pages: &[Page]) -> Vec<u8> {
    let count = pages.len();
    let kids: Vec<String> = (0..count).map(|page| format!("{} 0 R", 4 + 2 * page)).collect();
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Count {count} /Kids [{}] >>", kids.join(" ")).into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    for (place, page) in pages.iter().enumerate() {
        let contents = 5 + 2 * place;
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {contents} 0 R \
                 /Resources << /Font << /F 3 0 R >> >> >>"
            )
            .into_bytes(),
        );
        let mut text = b"BT /F 12 Tf 18 TL 70 760 Td\n".to_vec();
        for line in *page {
            text.push(b'(');
            text.extend(line.chars().flat_map(|letter| match letter {
                '(' | ')' | '\\' => vec![b'\\', letter as u8],
                // The first 256 characters of Unicode are Latin 1, which WinAnsi holds.
                letter => vec![u8::try_from(u32::from(letter)).unwrap_or(b'?')],
            }));
            text.extend(b") '\n");
        }
        text.extend(b"ET");
        let mut stream = format!("<< /Length {} >>\nstream\n", text.len()).into_bytes();
        stream.extend(text);
        stream.extend(b"\nendstream");
        objects.push(stream);
    }
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (place, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", place + 1).into_bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    out.extend(
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).into_bytes(),
    );
    out
}
