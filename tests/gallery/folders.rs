//! The screens of folders: everything out, everything in.

use super::data::{self, LONGEST, ago};
use super::pages::{HOUSE, Pages, administrator};
use permanence::base::bundle::Listed;
use permanence::base::{SubscriberId, Zone};
use permanence::folders::bring::{Fate, Plan};
use permanence::folders::elsewhere::table::{Column, Guessed};
use permanence::folders::elsewhere::view::{self as elsewhere, ParcelPage};
use permanence::folders::elsewhere::{BadRow, Parcel, Share};
use permanence::folders::model::{Account, Manifest, Part};
use permanence::folders::view::{self, FoldersPage, OwnPage, PreviewPage};
use permanence::people::Role;
use permanence::ui::Frame;

pub fn pages(pages: &mut Pages) {
    let all = data::subscribers();
    let show = |page: &FoldersPage<'_>| administrator("Dossiers", 1).page(&view::folders(page)).into_string();
    let page = FoldersPage { subscribers: &all, bytes: 1_312_000_000, problem: None };
    pages.push(("folders", show(&page)));
    let wrong = "Ce dossier vient d’une version plus récente de Permanence que celle-ci : installez la version récente, puis recommencez.";
    pages.push(("folders-wrong", show(&FoldersPage { problem: Some(wrong), ..page })));
    pages.push(("folders-none", show(&FoldersPage { subscribers: &[], bytes: 4_200_000, ..page })));
    let frame = Frame::new(HOUSE, "Tout télécharger");
    let own = frame.page(&view::own(&OwnPage { subscribers: &all }));
    pages.push(("folders-own", own.into_string()));
    previews(pages);
    parcels(pages);
}

fn part(numero: u64, nom: &str) -> Part {
    let dossier = format!("abonnes/{numero}/");
    Part { numero, nom: nom.into(), dossier, messages: 1_423, contacts: 812, rendez_vous: 2_054, fax: 31 }
}

fn account(numero: u64, identifiant: &str, nom: &str) -> Account {
    let role = Role::Client { subscribers: vec![SubscriberId(1)] };
    let (email, favori, actif) = (String::new(), true, true);
    Account { numero, identifiant: identifiant.into(), nom: nom.into(), email, role, favori, actif, cree: ago(9_000) }
}

fn previews(pages: &mut Pages) {
    let mut manifest = Manifest {
        format: "dossier-permanence".into(),
        version: 1,
        programme: "1.0.0".into(),
        fait: "2026-11-24T09:00:00Z".into(),
        maison: "0123456789abcdef0123456789abcdef".into(),
        secretariat: "Secrétariat du Port".into(),
        entier: false,
        tables: Default::default(),
        abonnes: vec![part(7, "Cabinet Martin")],
        fichiers: vec![Listed { nom: "index.html".into(), octets: 3, sha256: "00".into() }; 58],
    };
    let show = |manifest: &Manifest, plan: &Plan| {
        let page = PreviewPage { name: "dossier.zip", mark: "0123456789abcdef", manifest, plan, zone: Zone::PARIS };
        administrator("Aperçu du dossier", 1).page(&view::preview(&page)).into_string()
    };
    let mut plan = Plan {
        parts: vec![(manifest.abonnes[0].clone(), Fate::New("Cabinet Martin (2)".into()))],
        accounts: vec![
            (account(2, "martin", "Dr Martin"), "martin-2".into()),
            (account(3, "roux", LONGEST), "roux".into()),
        ],
        with_house: false,
    };
    pages.push(("folders-preview", show(&manifest, &plan)));
    plan.parts = vec![(manifest.abonnes[0].clone(), Fate::Known(SubscriberId(3)))];
    plan.accounts.clear();
    pages.push(("folders-preview-known", show(&manifest, &plan)));
    manifest.entier = true;
    manifest.abonnes = vec![part(1, LONGEST), part(2, "Maître Lefèvre")];
    plan.parts = manifest.abonnes.iter().map(|one| (one.clone(), Fate::New(one.nom.clone()))).collect();
    plan.with_house = true;
    pages.push(("folders-preview-house", show(&manifest, &plan)));
    manifest.abonnes.clear();
    plan.parts.clear();
    plan.with_house = false;
    pages.push(("folders-preview-empty", show(&manifest, &plan)));
}

fn parcels(pages: &mut Pages) {
    let show = |parcel: &Parcel, shares: &[Share]| {
        let page = ParcelPage { name: "sauvegarde.sql", mark: "0123456789abcdef", parcel, shares };
        let frame = Frame { sheets: &["contact-work"], ..administrator("Aperçu de la reprise", 1) };
        frame.page(&elsewhere::preview(&page)).into_string()
    };
    let bad = |place: &str, why: &str| BadRow { place: place.into(), reasons: vec![why.into()] };
    let mut parcel = Parcel {
        software: "Easy!Appointments",
        bad: vec![bad("ea_appointments, ligne 51", "Cette heure n’existe pas : les horloges avancent ce jour-là.")],
        left_out: vec!["1 rendez-vous annulé ou en brouillon".into()],
        ..Parcel::default()
    };
    let conflicts = vec![bad("ea_appointments, ligne 52", "Ce temps est pris par O’BRIEN Jean-Luc.")];
    let share =
        Share { name: "Hélène Martin".into(), cards: 812, appointments: 2_054, conflicts, ..Share::default() };
    let known = Share { name: LONGEST.into(), known: Some(SubscriberId(3)), already: 31, ..Share::default() };
    pages.push(("folders-parcel", show(&parcel, &[share, known.clone()])));
    parcel.bad.clear();
    parcel.left_out.clear();
    pages.push(("folders-parcel-nothing", show(&parcel, &[known])));
    parcel.software = "tableau CSV";
    parcel.problem = Some("Aucune colonne n’est prise pour l’abonné : dites ci-dessous laquelle l’est.".into());
    let column = |name: &str, sample: &str, column| Guessed { name: name.into(), sample: sample.into(), column };
    parcel.columns = vec![
        column("Chez", "Cabinet Martin", Column::Ignored),
        column("Nom", LONGEST, Column::LastName),
        column("", "", Column::Ignored),
    ];
    pages.push(("folders-parcel-columns", show(&parcel, &[])));
}
