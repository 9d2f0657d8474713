//! `import FOLDER`: a folder of another house, as on screen: checked, shown, then written whole or not at all.

use super::{Failure, Outcome, print};
use crate::base::french;
use crate::error::Error;
use crate::folders::bring::{self, Fate, Plan, in_words};
use crate::folders::read::Folder;
use crate::server::{self, Settings};
use crate::store::folder::in_french;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

pub(super) fn import(settings: &Settings, path: &Path, dry_run: bool) -> Outcome {
    let refused = |why: &dyn std::fmt::Display| Failure::Refused(format!("{} : {why}", path.display()));
    let file = File::open(path).map_err(|cause| refused(&in_french(&cause)))?;
    let mut folder = Folder::open(file).map_err(|why| refused(&why))?;
    let accounts = folder.accounts().map_err(|why| refused(&why))?;
    let open = server::open(settings)?;
    let house = &open.house;
    let plan = house.store.read(|tx| bring::plan(tx, &folder.manifest, &accounts))?;
    print(&preview(&plan))?;
    if dry_run {
        return print("Essai seulement : rien n’a été écrit.\n");
    }
    let brought = match bring::write(house, &mut folder, None, chrono::Utc::now().into()) {
        Ok(brought) => brought,
        Err(Error::Invalid(problems)) => return Err(refused(&Error::Invalid(problems))),
        Err(other) => return Err(other.into()),
    };
    let subscribers = french::count(brought.subscribers.len() as u64, "abonné repris", "abonnés repris");
    print(&format!("{subscribers}, {}.\n", french::count(brought.accounts, "compte à ouvrir", "comptes à ouvrir")))
}

fn preview(plan: &Plan) -> String {
    let mut out = String::new();
    for (part, fate) in &plan.parts {
        let fate = match fate {
            Fate::New(name) if *name == part.nom => "nouveau".to_owned(),
            Fate::New(name) => format!("nouveau, sous le nom « {name} »"),
            Fate::Known(id) => format!("déjà repris, abonné n° {id}"),
        };
        let _ = writeln!(out, "{} : {} ({fate})", part.nom, in_words(part));
    }
    for (account, login) in &plan.accounts {
        let _ = writeln!(out, "Compte « {login} » : {}, {}", account.nom, account.role.label());
    }
    if plan.with_house {
        out.push_str("Les réglages du secrétariat viennent aussi : il n’y a encore personne ici.\n");
    }
    out
}
