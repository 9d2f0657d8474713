//! Every address, its method, its guard and its handler, one line each: the whole product on one screen.

use crate::dav;
use crate::error::Result;
use crate::house::House;
use crate::http::request::fit;
use crate::http::{Answer, Method, Request};
use crate::people::{Administrator, Role, Secretary, SignedIn, Visitor};
use crate::subscribers::{Desk, card};
use crate::{
    administration, agenda, api, contacts, continuity, exports, fax, folders, help, messages, people, proofs, public,
    subscribers, switchboard,
};

/// Who may pass, and what answers them.
#[derive(Clone, Copy)]
pub enum Door {
    /// Anybody.
    Open(fn(&House, &Request, &Visitor) -> Result<Answer>),
    /// Whoever is signed in.
    SignedIn(fn(&House, &Request, &SignedIn) -> Result<Answer>),
    /// A client, at her own abonné.
    Client(fn(&House, &Request, &Desk) -> Result<Answer>),
    /// A secretary, at the abonné named by the first place of the pattern.
    SecretaryAt(fn(&House, &Request, &Desk) -> Result<Answer>),
    /// An administrator, at the abonné named by the first place of the pattern.
    AdministratorAt(fn(&House, &Request, &Desk) -> Result<Answer>),
    Secretary(fn(&House, &Request, &Secretary) -> Result<Answer>),
    Administrator(fn(&House, &Request, &Administrator) -> Result<Answer>),
    /// Other software, by its token alone.
    Software(&'static api::Operation),
    /// Programs of calendars and address books, by their password, whatever the method.
    Dav,
    /// Leads such programs on, whatever the method.
    Signpost(fn(&House, &Request) -> Result<Answer>),
}

impl Door {
    /// The guard's name, for the test that tries every door.
    pub fn guard(&self) -> &'static str {
        match self {
            Door::Open(_) => "open",
            Door::SignedIn(_) => "signed-in",
            Door::Client(_) => "client",
            Door::SecretaryAt(_) => "secretary-at",
            Door::AdministratorAt(_) => "administrator-at",
            Door::Secretary(_) => "secretary",
            Door::Administrator(_) => "administrator",
            Door::Software(_) => "software",
            Door::Dav => "dav",
            Door::Signpost(_) => "open",
        }
    }

    /// Whether every method leads here: programs of calendars have many.
    pub fn takes_any_method(&self) -> bool {
        matches!(self, Door::Dav | Door::Signpost(_))
    }

    /// Whether a role may pass at all; which abonnés it may see is the guards' to say.
    pub fn admits(&self, role: &Role) -> bool {
        match self {
            Door::Open(_) | Door::SignedIn(_) => true,
            Door::Client(_) => matches!(role, Role::Client { .. }),
            Door::SecretaryAt(_) | Door::Secretary(_) => matches!(role, Role::Secretary { .. }),
            Door::Administrator(_) | Door::AdministratorAt(_) => matches!(role, Role::Administrator),
            Door::Software(_) | Door::Dav | Door::Signpost(_) => false,
        }
    }
}

/// One address.
pub struct Route {
    pub method: Method,
    /// Segments in braces are places; a last one with « .. » takes the rest.
    pub pattern: &'static str,
    pub door: Door,
    /// Asked by pages themselves: no use of the session, no way to sign-in.
    pub quiet: bool,
    /// Checks or makes a password: takes its time, in a lane of its own.
    pub slow: bool,
    /// Touches the safety of accounts: asks for the password again unless it was typed a moment ago.
    pub fresh: bool,
    /// Leads to a second factor: open to who must have one and has none yet, as nothing else is.
    pub enrolling: bool,
    /// Takes a form with a file.
    pub upload: bool,
    /// Posted to by machines of others: the address itself is the proof, and no page of ours is where they come from.
    pub foreign: bool,
}

const fn get(pattern: &'static str, door: Door) -> Route {
    Route {
        method: Method::Get,
        pattern,
        door,
        quiet: false,
        slow: false,
        fresh: false,
        enrolling: false,
        upload: false,
        foreign: false,
    }
}

const fn post(pattern: &'static str, door: Door) -> Route {
    Route { method: Method::Post, ..get(pattern, door) }
}

const fn quiet(pattern: &'static str, door: Door) -> Route {
    Route { quiet: true, ..get(pattern, door) }
}

const fn upload(pattern: &'static str, door: Door) -> Route {
    Route { upload: true, ..post(pattern, door) }
}

/// A line of the interface's own table.
const fn software(operation: &'static api::Operation) -> Route {
    let upload = operation.takes_file();
    Route { method: operation.method, upload, ..quiet(operation.pattern, Door::Software(operation)) }
}

/// An address that takes any method.
const fn programs(pattern: &'static str, door: Door) -> Route {
    quiet(pattern, door)
}

const fn slow(route: Route) -> Route {
    Route { slow: true, ..route }
}

const fn fresh(route: Route) -> Route {
    Route { fresh: true, ..route }
}

const fn enrolling(route: Route) -> Route {
    Route { enrolling: true, ..route }
}

use Door::{
    Administrator as Admin, AdministratorAt as AdminAt, Client, Open, Secretary as Console, SecretaryAt as At,
    SignedIn as Signed,
};

#[rustfmt::skip]
pub static ROUTES: &[Route] = &[
    get("/", Open(people::handlers::home)),
    quiet("/sante", Open(public::health)),
    quiet("/assets/maison/{digest}/{name}", Open(administration::appearance::handlers::asset)),
    quiet("/assets/{digest}/{name..}", Open(public::asset)),
    get("/rendez-vous/{token}", Open(agenda::reminding::invitation::show)),
    post("/rendez-vous/{token}/confirmation", Open(agenda::reminding::invitation::confirm)),
    get("/rendez-vous/{token}/annulation", Open(agenda::reminding::invitation::cancel_form)),
    post("/rendez-vous/{token}/annulation", Open(agenda::reminding::invitation::cancel)),
    quiet("/calendrier/{token}", Open(agenda::feed::show)),
    post("/rendez-vous/{token}/arret", Open(agenda::reminding::invitation::stop)),
    get("/preuves", Open(proofs::handlers::public)),
    quiet("/preuves/cles.pem", Open(proofs::handlers::pem)),
    get("/connexion", Open(people::handlers::sign_in_form)),
    slow(post("/connexion", Open(people::handlers::sign_in))),
    get("/connexion/code", Open(people::handlers::code_form)),
    slow(post("/connexion/code", Open(people::handlers::check_code))),
    get("/acces/{token}", Open(people::links::handlers::open)),
    get("/mot-de-passe-oublie", Open(people::forgotten::handlers::form)),
    post("/mot-de-passe-oublie", Open(people::forgotten::handlers::ask)),
    get("/nouveau-mot-de-passe", Signed(people::forgotten::handlers::choice)),
    slow(post("/nouveau-mot-de-passe", Signed(people::forgotten::handlers::choose))),
    get("/aide", Open(help::handlers::contents)),
    get("/aide/{chapitre}", Open(help::handlers::chapter)),
    quiet("/sms/recu/{token}", Open(public::sms_receipt)),
    Route { foreign: true, ..post("/sms/recu/{token}", Open(public::sms_receipt)) },
    quiet("/metrics", Open(public::metrics)),
    post("/deconnexion", Open(people::handlers::sign_out)),
    get("/installation/{token}", Open(people::handlers::set_up_form)),
    slow(post("/installation/{token}", Open(people::handlers::set_up))),
    get("/mon-compte", Signed(people::account::handlers::account)),
    slow(post("/mon-compte", Signed(people::account::handlers::change_password))),
    post("/mon-compte/sessions/fin", Signed(people::account::handlers::end_session)),
    fresh(post("/mon-compte/liens", Signed(people::links::handlers::add))),
    post("/mon-compte/liens/revocation", Signed(people::links::handlers::revoke)),
    get("/mon-compte/favori", Signed(people::links::handlers::bookmark)),
    fresh(post("/mon-compte/favori", Signed(people::links::handlers::switch_bookmark))),
    get("/mon-compte/telechargement", Signed(folders::handlers::own)),
    fresh(post("/mon-compte/telechargement", Signed(folders::handlers::own_download))),
    enrolling(get("/mon-compte/second-facteur", Signed(people::factor::handlers::show))),
    enrolling(slow(post("/mon-compte/second-facteur", Signed(people::factor::handlers::enrol)))),
    enrolling(fresh(post("/mon-compte/second-facteur/cle", Signed(people::factor::handlers::begin)))),
    slow(fresh(post("/mon-compte/second-facteur/codes", Signed(people::factor::handlers::renew)))),
    fresh(post("/mon-compte/second-facteur/arret", Signed(people::factor::handlers::stop))),

    post("/abonne", Client(messages::handlers::choose_subscriber)),
    get("/messages", Client(messages::handlers::pending)),
    quiet("/messages/etat", Client(messages::handlers::state)),
    get("/messages/imprimable", Client(messages::handlers::pending_printable)),
    post("/messages/archivage", Client(messages::handlers::archive)),
    post("/messages/remise-en-attente", Client(messages::handlers::restore)),
    get("/avis", Client(messages::told::handlers::show)),
    get("/messages/{message}", Client(messages::handlers::message)),
    get("/messages/{message}/imprimable", Client(messages::handlers::message_printable)),
    get("/messages/{message}/preuve", Client(proofs::handlers::page)),
    get("/messages/{message}/preuve.pdf", Client(proofs::handlers::pdf)),
    get("/messages/{message}/preuve.json", Client(proofs::handlers::json)),
    post("/messages/{message}/remise-en-attente", Client(messages::handlers::restore_one)),
    post("/messages/{message}/reponses", Client(messages::handlers::answer)),
    get("/fax/{fax}", Client(fax::handlers::fax)),
    get("/fax/{fax}/imprimable", Client(fax::handlers::printable)),
    get("/fax/{fax}/original", Client(fax::handlers::original)),
    quiet("/fax/{fax}/pages/{vue}", Client(fax::handlers::page)),
    quiet("/fax/{fax}/vignettes/{vue}", Client(fax::handlers::thumb)),
    get("/archives", Client(messages::handlers::archived)),
    get("/archives/imprimable", Client(messages::handlers::archived_printable)),
    get("/export", Client(exports::handlers::choose)),
    get("/export/liste", Client(exports::handlers::list)),
    get("/export/appels.xlsx", Client(exports::handlers::excel)),
    get("/export/appels.docx", Client(exports::handlers::word)),
    get("/export/appels.csv", Client(exports::handlers::csv)),
    get("/kit", Client(continuity::handlers::page)),
    get("/kit/kit.html", Client(continuity::handlers::html)),
    get("/kit/kit.pdf", Client(continuity::handlers::pdf)),
    get("/consignes", Client(card::handlers::instructions)),
    post("/consignes", Client(card::handlers::write)),
    post("/consignes/{consigne}/retrait", Client(card::handlers::remove)),
    post("/consignes/{consigne}/retablissement", Client(card::handlers::bring_back)),
    post("/disponibilite", Client(card::handlers::set_availability)),
    post("/fiche", Client(card::handlers::change_card)),

    get("/contacts", Client(contacts::handlers::list)),
    quiet("/contacts/recherche", Client(contacts::handlers::rows)),
    get("/contacts/nouveau", Client(contacts::handlers::new)),
    post("/contacts", Client(contacts::handlers::create)),
    quiet("/contacts/doublons", Client(contacts::handlers::likely)),
    get("/contacts/export", Client(contacts::handlers::exporting::choose)),
    get("/contacts/export.csv", Client(contacts::handlers::exporting::csv)),
    get("/contacts/export.vcf", Client(contacts::handlers::exporting::vcards)),
    get("/contacts/import", Client(contacts::handlers::importing::choose)),
    upload("/contacts/import", Client(contacts::handlers::importing::bring)),
    get("/contacts/import/{envoi}", Client(contacts::handlers::importing::preview)),
    post("/contacts/import/{envoi}", Client(contacts::handlers::importing::write)),
    get("/contacts/{contact}", Client(agenda::handlers::card)),
    get("/contacts/{contact}/imprimable", Client(agenda::handlers::card_printable)),
    get("/contacts/{contact}/modification", Client(contacts::handlers::edit)),
    post("/contacts/{contact}/modification", Client(contacts::handlers::change)),
    post("/contacts/{contact}/rappels", Client(agenda::reminding::agree)),
    post("/contacts/{contact}/premiere-visite", Client(contacts::handlers::seen)),
    get("/contacts/{contact}/suppression", Client(contacts::handlers::remove_form)),
    post("/contacts/{contact}/suppression", Client(contacts::handlers::remove)),
    get("/contacts/{contact}/fusion", Client(contacts::handlers::merging::choose)),
    get("/contacts/{contact}/fusion/{autre}", Client(contacts::handlers::merging::compare)),
    post("/contacts/{contact}/fusion/{autre}", Client(contacts::handlers::merging::merge)),
    post("/contacts/{contact}/separation", Client(contacts::handlers::merging::part)),
    get("/messages/{message}/fiche", Client(messages::contact::new_card)),
    post("/messages/{message}/fiche", Client(messages::contact::add_card)),
    get("/agenda/semaine-type", Client(agenda::setup::week)),
    post("/agenda/semaine-type", Client(agenda::setup::set_week)),
    post("/agenda/semaine-type/suppression", Client(agenda::setup::remove_week)),
    post("/agenda/semaine-type/repetitions", Client(agenda::setup::end_repeated)),
    get("/agenda/absences", Client(agenda::setup::absences)),
    post("/agenda/absences", Client(agenda::setup::add_absence)),
    post("/agenda/absences/annulation", Client(agenda::setup::undo_absence)),
    get("/agenda/absences/{absence}", Client(agenda::setup::absence)),
    post("/agenda/absences/{absence}/suppression", Client(agenda::setup::remove_absence)),
    get("/agenda/reglages", Client(agenda::setup::settings)),
    post("/agenda/reglages", Client(agenda::setup::change_settings)),
    post("/agenda/reglages/dates", Client(agenda::setup::mark_date)),
    get("/agenda/rappels", Client(agenda::reminding::show)),
    post("/agenda/rappels", Client(agenda::reminding::change)),
    get("/agenda/import", Client(agenda::setup::choose_file)),
    upload("/agenda/import", Client(agenda::setup::bring_file)),
    get("/agenda/import/{envoi}", Client(agenda::setup::preview_file)),
    post("/agenda/import/{envoi}", Client(agenda::setup::write_file)),
    get("/agenda", Client(agenda::handlers::agenda)),
    quiet("/agenda/etat", Client(agenda::handlers::state)),
    get("/agenda/imprimable", Client(agenda::handlers::printable)),
    get("/agenda/feuille", Client(agenda::handlers::day_sheet)),
    get("/agenda/historique", Client(agenda::handlers::history)),
    get("/agenda/libres", Client(agenda::handlers::find)),
    get("/agenda/recherche", Client(agenda::handlers::search)),
    quiet("/agenda/contacts", Client(agenda::handlers::cards)),
    post("/agenda/creneaux", Client(agenda::handlers::act)),
    post("/agenda/annulations", Client(agenda::handlers::undo)),
    get("/agenda/creneau", Client(agenda::handlers::slot)),
    quiet("/agenda/creneau/etat", Client(agenda::handlers::slot_state)),
    post("/agenda/creneau", Client(agenda::handlers::set)),
    post("/agenda/rendez-vous", Client(agenda::handlers::book)),
    get("/agenda/rendez-vous/{rendez-vous}", Client(agenda::handlers::appointment)),
    post("/agenda/rendez-vous/{rendez-vous}", Client(agenda::handlers::change)),
    post("/agenda/rendez-vous/{rendez-vous}/deplacement", Client(agenda::handlers::move_to)),
    get("/agenda/rendez-vous/{rendez-vous}/annulation", Client(agenda::handlers::cancel_form)),
    post("/agenda/rendez-vous/{rendez-vous}/lien/revocation", Client(agenda::reminding::revoke)),
    post("/agenda/rendez-vous/{rendez-vous}/annulation", Client(agenda::handlers::cancel)),

    get("/journal", Client(subscribers::own_journal::handlers::journal)),
    post("/journal/regard", Client(subscribers::own_journal::handlers::allow_looks)),

    get("/standard", Console(switchboard::handlers::console)),
    quiet("/standard/etat", Console(switchboard::handlers::state)),
    get("/standard/recherche", Console(switchboard::handlers::search)),
    get("/standard/agendas", Console(switchboard::agendas::page)),
    quiet("/standard/agendas/etat", Console(switchboard::agendas::state)),
    get("/standard/agendas/imprimable", Console(switchboard::agendas::printable)),
    get("/standard/agendas/libres", Console(switchboard::agendas::free)),
    get("/standard/modeles", Console(switchboard::templates::of_house)),
    post("/standard/modeles", Console(switchboard::templates::write_of_house)),
    post("/standard/modeles/{modele}/suppression", Console(switchboard::templates::remove_of_house)),
    get("/standard/attente", Console(switchboard::waiting::list)),
    get("/standard/fax/{fax}", Console(fax::waiting::fax)),
    get("/standard/fax/{fax}/imprimable", Console(fax::waiting::printable)),
    get("/standard/fax/{fax}/original", Console(fax::waiting::original)),
    quiet("/standard/fax/{fax}/pages/{vue}", Console(fax::waiting::page)),
    quiet("/standard/fax/{fax}/vignettes/{vue}", Console(fax::waiting::thumb)),
    post("/standard/fax/{fax}/attribution", Console(fax::waiting::attribute)),
    post("/standard/fax/{fax}/attente", Console(fax::waiting::handle)),
    get("/standard/fax/{fax}/suppression", Console(fax::waiting::remove_form)),
    post("/standard/fax/{fax}/suppression", Console(fax::waiting::remove)),
    get("/standard/appel", Console(switchboard::popup::call)),
    get("/standard/kit", Console(continuity::handlers::console)),
    get("/standard/kit.html", Console(continuity::handlers::console_html)),
    get("/standard/kit.pdf", Console(continuity::handlers::console_pdf)),
    get("/standard/telephone", Console(switchboard::popup::telephone)),
    post("/standard/telephone", Console(switchboard::popup::sit_down)),
    quiet("/standard/appels/etat", Console(switchboard::ringing::state)),
    post("/standard/appels/{appel}/prise", Console(switchboard::ringing::take)),
    get("/standard/abonnes/{abonne}", At(switchboard::handlers::subscriber)),
    post("/standard/abonnes/{abonne}/messages", At(switchboard::handlers::take)),
    get("/standard/abonnes/{abonne}/messages", At(messages::handlers::pending)),
    quiet("/standard/abonnes/{abonne}/messages/etat", At(messages::handlers::state)),
    get("/standard/abonnes/{abonne}/messages/imprimable", At(messages::handlers::pending_printable)),
    get("/standard/abonnes/{abonne}/messages/{message}", At(messages::handlers::message)),
    get("/standard/abonnes/{abonne}/messages/{message}/imprimable", At(messages::handlers::message_printable)),
    get("/standard/abonnes/{abonne}/messages/{message}/preuve", At(proofs::handlers::page)),
    get("/standard/abonnes/{abonne}/messages/{message}/preuve.pdf", At(proofs::handlers::pdf)),
    get("/standard/abonnes/{abonne}/messages/{message}/preuve.json", At(proofs::handlers::json)),
    post("/standard/abonnes/{abonne}/messages/{message}/reponses/traitement", At(messages::handlers::handle_answer)),
    upload("/standard/abonnes/{abonne}/documents", At(switchboard::documents::bring)),
    post("/standard/abonnes/{abonne}/brouillon", At(switchboard::drafts::keep)),
    get("/standard/abonnes/{abonne}/modeles", At(switchboard::templates::of_abonne)),
    post("/standard/abonnes/{abonne}/modeles", At(switchboard::templates::write_of_abonne)),
    post("/standard/abonnes/{abonne}/modeles/{modele}/suppression", At(switchboard::templates::remove_of_abonne)),
    post("/standard/abonnes/{abonne}/courriers/{courrier}", At(switchboard::failed::handle)),
    post("/standard/abonnes/{abonne}/messages/{message}/attente", At(switchboard::waiting::handle)),
    post("/standard/abonnes/{abonne}/messages/{message}/appels", At(switchboard::waiting::call_made)),
    get("/standard/abonnes/{abonne}/messages/{message}/correction", At(switchboard::after::correction)),
    post("/standard/abonnes/{abonne}/messages/{message}/correction", At(switchboard::after::correct)),
    get("/standard/abonnes/{abonne}/messages/{message}/transfert", At(switchboard::after::transfer_form)),
    post("/standard/abonnes/{abonne}/messages/{message}/transfert", At(switchboard::after::transfer)),
    post("/standard/abonnes/{abonne}/messages/{message}/remise", At(switchboard::after::hand_over)),
    get("/standard/abonnes/{abonne}/fax", At(fax::upload::arrivals)),
    upload("/standard/abonnes/{abonne}/fax", At(fax::upload::bring)),
    get("/standard/abonnes/{abonne}/fax/{fax}", At(fax::handlers::fax)),
    get("/standard/abonnes/{abonne}/fax/{fax}/imprimable", At(fax::handlers::printable)),
    get("/standard/abonnes/{abonne}/fax/{fax}/original", At(fax::handlers::original)),
    quiet("/standard/abonnes/{abonne}/fax/{fax}/pages/{vue}", At(fax::handlers::page)),
    quiet("/standard/abonnes/{abonne}/fax/{fax}/vignettes/{vue}", At(fax::handlers::thumb)),
    get("/standard/abonnes/{abonne}/archives", At(messages::handlers::archived)),
    get("/standard/abonnes/{abonne}/archives/imprimable", At(messages::handlers::archived_printable)),
    get("/standard/abonnes/{abonne}/export", At(exports::handlers::choose)),
    get("/standard/abonnes/{abonne}/export/liste", At(exports::handlers::list)),
    get("/standard/abonnes/{abonne}/export/appels.xlsx", At(exports::handlers::excel)),
    get("/standard/abonnes/{abonne}/export/appels.docx", At(exports::handlers::word)),
    get("/standard/abonnes/{abonne}/export/appels.csv", At(exports::handlers::csv)),
    get("/standard/abonnes/{abonne}/agenda/semaine-type", At(agenda::setup::week)),
    post("/standard/abonnes/{abonne}/agenda/semaine-type", At(agenda::setup::set_week)),
    post("/standard/abonnes/{abonne}/agenda/semaine-type/suppression", At(agenda::setup::remove_week)),
    post("/standard/abonnes/{abonne}/agenda/semaine-type/repetitions", At(agenda::setup::end_repeated)),
    get("/standard/abonnes/{abonne}/agenda/absences", At(agenda::setup::absences)),
    post("/standard/abonnes/{abonne}/agenda/absences", At(agenda::setup::add_absence)),
    post("/standard/abonnes/{abonne}/agenda/absences/annulation", At(agenda::setup::undo_absence)),
    get("/standard/abonnes/{abonne}/agenda/absences/{absence}", At(agenda::setup::absence)),
    post("/standard/abonnes/{abonne}/agenda/absences/{absence}/suppression", At(agenda::setup::remove_absence)),
    get("/standard/abonnes/{abonne}/agenda/reglages", At(agenda::setup::settings)),
    post("/standard/abonnes/{abonne}/agenda/reglages", At(agenda::setup::change_settings)),
    post("/standard/abonnes/{abonne}/agenda/reglages/dates", At(agenda::setup::mark_date)),
    get("/standard/abonnes/{abonne}/agenda/rappels", At(agenda::reminding::show)),
    post("/standard/abonnes/{abonne}/agenda/rappels", At(agenda::reminding::change)),
    get("/standard/abonnes/{abonne}/agenda/import", At(agenda::setup::choose_file)),
    upload("/standard/abonnes/{abonne}/agenda/import", At(agenda::setup::bring_file)),
    get("/standard/abonnes/{abonne}/agenda/import/{envoi}", At(agenda::setup::preview_file)),
    post("/standard/abonnes/{abonne}/agenda/import/{envoi}", At(agenda::setup::write_file)),
    get("/standard/abonnes/{abonne}/agenda", At(agenda::handlers::agenda)),
    quiet("/standard/abonnes/{abonne}/agenda/etat", At(agenda::handlers::state)),
    get("/standard/abonnes/{abonne}/agenda/imprimable", At(agenda::handlers::printable)),
    get("/standard/abonnes/{abonne}/agenda/feuille", At(agenda::handlers::day_sheet)),
    get("/standard/abonnes/{abonne}/agenda/historique", At(agenda::handlers::history)),
    get("/standard/abonnes/{abonne}/agenda/libres", At(agenda::handlers::find)),
    get("/standard/abonnes/{abonne}/agenda/recherche", At(agenda::handlers::search)),
    quiet("/standard/abonnes/{abonne}/agenda/contacts", At(agenda::handlers::cards)),
    post("/standard/abonnes/{abonne}/agenda/creneaux", At(agenda::handlers::act)),
    post("/standard/abonnes/{abonne}/agenda/annulations", At(agenda::handlers::undo)),
    get("/standard/abonnes/{abonne}/agenda/creneau", At(agenda::handlers::slot)),
    quiet("/standard/abonnes/{abonne}/agenda/creneau/etat", At(agenda::handlers::slot_state)),
    post("/standard/abonnes/{abonne}/agenda/creneau", At(agenda::handlers::set)),
    post("/standard/abonnes/{abonne}/agenda/rendez-vous", At(agenda::handlers::book)),
    get("/standard/abonnes/{abonne}/agenda/rendez-vous/{rendez-vous}", At(agenda::handlers::appointment)),
    post("/standard/abonnes/{abonne}/agenda/rendez-vous/{rendez-vous}", At(agenda::handlers::change)),
    post("/standard/abonnes/{abonne}/agenda/rendez-vous/{rendez-vous}/deplacement", At(agenda::handlers::move_to)),
    get("/standard/abonnes/{abonne}/agenda/rendez-vous/{rendez-vous}/annulation", At(agenda::handlers::cancel_form)),
    post("/standard/abonnes/{abonne}/agenda/rendez-vous/{rendez-vous}/lien/revocation", At(agenda::reminding::revoke)),
    post("/standard/abonnes/{abonne}/agenda/rendez-vous/{rendez-vous}/annulation", At(agenda::handlers::cancel)),
    get("/standard/abonnes/{abonne}/kit", At(continuity::handlers::page)),
    get("/standard/abonnes/{abonne}/kit/kit.html", At(continuity::handlers::html)),
    get("/standard/abonnes/{abonne}/kit/kit.pdf", At(continuity::handlers::pdf)),
    get("/standard/abonnes/{abonne}/consignes", At(card::handlers::instructions)),
    post("/standard/abonnes/{abonne}/consignes", At(card::handlers::write)),
    post("/standard/abonnes/{abonne}/consignes/{consigne}/retrait", At(card::handlers::remove)),
    post("/standard/abonnes/{abonne}/consignes/{consigne}/retablissement", At(card::handlers::bring_back)),
    post("/standard/abonnes/{abonne}/disponibilite", At(card::handlers::set_availability)),
    post("/standard/abonnes/{abonne}/fiche", At(card::handlers::change_card)),

    get("/standard/abonnes/{abonne}/contacts", At(contacts::handlers::list)),
    quiet("/standard/abonnes/{abonne}/contacts/recherche", At(contacts::handlers::rows)),
    get("/standard/abonnes/{abonne}/contacts/nouveau", At(contacts::handlers::new)),
    post("/standard/abonnes/{abonne}/contacts", At(contacts::handlers::create)),
    quiet("/standard/abonnes/{abonne}/contacts/doublons", At(contacts::handlers::likely)),
    get("/standard/abonnes/{abonne}/contacts/export", At(contacts::handlers::exporting::choose)),
    get("/standard/abonnes/{abonne}/contacts/export.csv", At(contacts::handlers::exporting::csv)),
    get("/standard/abonnes/{abonne}/contacts/export.vcf", At(contacts::handlers::exporting::vcards)),
    get("/standard/abonnes/{abonne}/contacts/import", At(contacts::handlers::importing::choose)),
    upload("/standard/abonnes/{abonne}/contacts/import", At(contacts::handlers::importing::bring)),
    get("/standard/abonnes/{abonne}/contacts/import/{envoi}", At(contacts::handlers::importing::preview)),
    post("/standard/abonnes/{abonne}/contacts/import/{envoi}", At(contacts::handlers::importing::write)),
    quiet("/standard/abonnes/{abonne}/contacts/appelant", At(switchboard::handlers::caller)),
    get("/standard/abonnes/{abonne}/contacts/{contact}", At(agenda::handlers::card)),
    get("/standard/abonnes/{abonne}/contacts/{contact}/imprimable", At(agenda::handlers::card_printable)),
    get("/standard/abonnes/{abonne}/contacts/{contact}/modification", At(contacts::handlers::edit)),
    post("/standard/abonnes/{abonne}/contacts/{contact}/modification", At(contacts::handlers::change)),
    post("/standard/abonnes/{abonne}/contacts/{contact}/rappels", At(agenda::reminding::agree)),
    post("/standard/abonnes/{abonne}/contacts/{contact}/premiere-visite", At(contacts::handlers::seen)),
    get("/standard/abonnes/{abonne}/contacts/{contact}/suppression", At(contacts::handlers::remove_form)),
    post("/standard/abonnes/{abonne}/contacts/{contact}/suppression", At(contacts::handlers::remove)),
    get("/standard/abonnes/{abonne}/contacts/{contact}/fusion", At(contacts::handlers::merging::choose)),
    get("/standard/abonnes/{abonne}/contacts/{contact}/fusion/{autre}", At(contacts::handlers::merging::compare)),
    post("/standard/abonnes/{abonne}/contacts/{contact}/fusion/{autre}", At(contacts::handlers::merging::merge)),
    post("/standard/abonnes/{abonne}/contacts/{contact}/separation", At(contacts::handlers::merging::part)),
    get("/standard/abonnes/{abonne}/messages/{message}/fiche", At(messages::contact::new_card)),
    post("/standard/abonnes/{abonne}/messages/{message}/fiche", At(messages::contact::add_card)),

    get("/administration", Admin(administration::handlers::state)),
    post("/administration/maison", Admin(administration::handlers::change_house)),
    get("/administration/apparence", Admin(administration::appearance::handlers::appearance_page)),
    get("/administration/apparence/apercu.css", Admin(administration::appearance::handlers::preview)),
    post("/administration/apparence", Admin(administration::appearance::handlers::change_colours)),
    upload("/administration/apparence/logo", Admin(administration::appearance::handlers::change_logo)),
    post("/administration/apparence/logo/suppression", Admin(administration::appearance::handlers::remove_logo)),
    post("/administration/usages", Admin(administration::appearance::handlers::change_customs)),
    post("/administration/fermetures", Admin(administration::appearance::handlers::add_closed)),
    post("/administration/fermetures/suppression", Admin(administration::appearance::handlers::remove_closed)),
    get("/administration/abonnes", Admin(administration::subscriber::handlers::list)),
    post("/administration/abonnes", Admin(administration::subscriber::handlers::add)),
    get("/administration/abonnes/nouveau", Admin(administration::subscriber::handlers::new)),
    get("/administration/abonnes/{abonne}", Admin(administration::subscriber::handlers::subscriber)),
    post("/administration/abonnes/{abonne}", Admin(administration::subscriber::handlers::change)),
    fresh(post("/administration/abonnes/{abonne}/vue", Admin(administration::look::begin))),
    fresh(post("/administration/abonnes/{abonne}/telechargement", Admin(folders::handlers::of_subscriber))),
    get("/administration/abonnes/{abonne}/suppression", Admin(administration::removal::handlers::ask)),
    fresh(post("/administration/abonnes/{abonne}/suppression", Admin(administration::removal::handlers::begin))),
    get("/administration/dossiers", Admin(folders::handlers::folders)),
    fresh(post("/administration/dossiers", Admin(folders::handlers::of_house))),
    upload("/administration/dossiers/reprise", Admin(folders::handlers::receive)),
    get("/administration/dossiers/reprise/{envoi}", Admin(folders::handlers::preview)),
    fresh(post("/administration/dossiers/reprise/{envoi}", Admin(folders::handlers::write))),
    get("/administration/suppressions", Admin(administration::removal::handlers::list)),
    get("/administration/suppressions/{suppression}", Admin(administration::removal::handlers::certificate)),
    post("/administration/vue/fin", Admin(administration::look::end)),
    get("/administration/compteurs", Admin(administration::counters::handlers::counters)),
    get("/administration/compteurs/imprimable", Admin(administration::counters::handlers::printable)),
    get("/administration/compteurs/compteurs.csv", Admin(administration::counters::handlers::csv)),
    get("/administration/compteurs/compteurs.xlsx", Admin(administration::counters::handlers::xlsx)),
    fresh(post("/administration/securite", Admin(administration::person::handlers::change_security))),
    get("/administration/abonnes/{abonne}/consignes", AdminAt(card::handlers::instructions)),
    post("/administration/abonnes/{abonne}/consignes", AdminAt(card::handlers::write)),
    post("/administration/abonnes/{abonne}/consignes/{consigne}/retrait", AdminAt(card::handlers::remove)),
    post("/administration/abonnes/{abonne}/consignes/{consigne}/retablissement", AdminAt(card::handlers::bring_back)),
    post("/administration/abonnes/{abonne}/disponibilite", AdminAt(card::handlers::set_availability)),
    post("/administration/abonnes/{abonne}/fiche", AdminAt(card::handlers::change_card)),
    get("/administration/abonnes/{abonne}/avis", Admin(administration::wishes::handlers::show)),
    post("/administration/abonnes/{abonne}/avis", Admin(administration::wishes::handlers::change)),
    get("/administration/personnes", Admin(administration::handlers::persons)),
    slow(fresh(post("/administration/personnes", Admin(administration::handlers::add_person)))),
    get("/administration/personnes/{personne}", Admin(administration::person::handlers::person)),
    fresh(post("/administration/personnes/{personne}", Admin(administration::person::handlers::change_person))),
    slow(fresh(post("/administration/personnes/{personne}/mot-de-passe", Admin(administration::handlers::reset_password)))),
    post("/administration/personnes/{personne}/sessions/fin", Admin(administration::person::handlers::end_sessions)),
    post("/administration/personnes/{personne}/liens/revocation", Admin(administration::person::handlers::revoke_links)),
    fresh(post("/administration/personnes/{personne}/second-facteur/remise-a-zero", Admin(administration::person::handlers::reset_factor))),
    fresh(post("/administration/personnes/{personne}/telechargement", Admin(folders::handlers::of_person))),
    get("/administration/personnes/{personne}/suppression", Admin(administration::removal::handlers::ask_person)),
    fresh(post("/administration/personnes/{personne}/suppression", Admin(administration::removal::handlers::remove_person))),
    fresh(post("/administration/personnes/{personne}/desactivation", Admin(administration::handlers::deactivate))),
    fresh(post("/administration/personnes/{personne}/reactivation", Admin(administration::handlers::reactivate))),
    get("/administration/boite-de-fax", Admin(administration::mailbox::handlers::show)),
    fresh(post("/administration/boite-de-fax", Admin(administration::mailbox::handlers::change))),
    fresh(post("/administration/boite-de-fax/retrait", Admin(administration::mailbox::handlers::remove))),
    post("/administration/boite-de-fax/essai", Admin(administration::mailbox::handlers::try_out)),
    post("/administration/boite-de-fax/regles", Admin(administration::mailbox::handlers::add_rule)),
    post("/administration/boite-de-fax/regles/suppression", Admin(administration::mailbox::handlers::remove_rule)),
    get("/administration/courrier", Admin(administration::outbox::handlers::list)),
    get("/administration/courrier/{courrier}", Admin(administration::outbox::handlers::letter)),
    quiet("/administration/courrier/{courrier}/etat", Admin(administration::outbox::handlers::letter_state)),
    post("/administration/courrier/{courrier}/renvoi", Admin(administration::outbox::handlers::resend)),
    post("/administration/courrier/{courrier}/annulation", Admin(administration::outbox::handlers::cancel)),
    get("/administration/webhooks", Admin(administration::webhooks::handlers::list)),
    fresh(post("/administration/webhooks", Admin(administration::webhooks::handlers::add))),
    post("/administration/webhooks/{webhook}/essai", Admin(administration::webhooks::handlers::try_out)),
    post("/administration/webhooks/{webhook}/reprise", Admin(administration::webhooks::handlers::resume)),
    fresh(post("/administration/webhooks/{webhook}/revocation", Admin(administration::webhooks::handlers::revoke))),
    get("/administration/serveur-de-courrier", Admin(administration::outbox::servers::mail)),
    fresh(post("/administration/serveur-de-courrier", Admin(administration::outbox::servers::change_mail))),
    fresh(post("/administration/serveur-de-courrier/retrait", Admin(administration::outbox::servers::remove_mail))),
    post("/administration/serveur-de-courrier/essai", Admin(administration::outbox::servers::try_mail)),
    get("/administration/passerelle-sms", Admin(administration::outbox::servers::sms)),
    fresh(post("/administration/passerelle-sms", Admin(administration::outbox::servers::change_sms))),
    fresh(post("/administration/passerelle-sms/retrait", Admin(administration::outbox::servers::remove_sms))),
    post("/administration/passerelle-sms/essai", Admin(administration::outbox::servers::try_sms)),
    get("/administration/sauvegardes", Admin(administration::backups::handlers::show)),
    quiet("/administration/sauvegardes/etat", Admin(administration::backups::handlers::state)),
    post("/administration/sauvegardes", Admin(administration::backups::handlers::make)),
    get("/administration/kits", Admin(administration::kits::handlers::list)),
    get("/administration/abonnes/{abonne}/kit", Admin(administration::kits::handlers::show)),
    post("/administration/abonnes/{abonne}/kit", Admin(administration::kits::handlers::change)),
    get("/administration/preuves", Admin(administration::proofs::handlers::show)),
    fresh(post("/administration/preuves", Admin(administration::proofs::handlers::renew))),
    get("/administration/journal", Admin(administration::journal::handlers::journal)),
    get("/administration/journal/journal.csv", Admin(administration::journal::handlers::csv)),

    get("/administration/jetons", Admin(api::tokens::handlers::of_all)),
    post("/administration/jetons/revocation", Admin(api::tokens::handlers::revoke_any)),
    get("/mon-compte/jetons", Signed(api::tokens::handlers::list)),
    fresh(post("/mon-compte/jetons", Signed(api::tokens::handlers::add))),
    post("/mon-compte/jetons/revocation", Signed(api::tokens::handlers::revoke)),
    get("/mon-compte/calendriers", Signed(dav::screens::handlers::own)),
    fresh(post("/mon-compte/calendriers", Signed(dav::screens::handlers::add_own))),
    post("/mon-compte/calendriers/revocation", Signed(dav::screens::handlers::revoke_own)),
    get("/standard/abonnes/{abonne}/calendriers", At(dav::screens::handlers::of_subscriber)),
    post("/standard/abonnes/{abonne}/calendriers", At(dav::screens::handlers::add_for_subscriber)),
    post("/standard/abonnes/{abonne}/calendriers/revocation", At(dav::screens::handlers::revoke_of_subscriber)),
    get("/administration/abonnes/{abonne}/calendriers", AdminAt(dav::screens::handlers::of_subscriber)),
    post("/administration/abonnes/{abonne}/calendriers", AdminAt(dav::screens::handlers::add_for_subscriber)),
    post("/administration/abonnes/{abonne}/calendriers/revocation", AdminAt(dav::screens::handlers::revoke_of_subscriber)),
    post("/mon-compte/calendriers/mots-de-passe/revocation", Signed(dav::screens::handlers::revoke_password)),
    fresh(post("/mon-compte/calendriers/mots-de-passe", Signed(dav::screens::handlers::add_password))),
    programs("/.well-known/caldav", Door::Signpost(dav::signpost)),
    programs("/.well-known/carddav", Door::Signpost(dav::signpost)),
    programs("/dav", Door::Signpost(dav::signpost)),
    programs("/dav/{chemin..}", Door::Dav),
    get("/api", Open(api::document::page)),
    quiet("/api/v1/openapi.json", Open(api::document::openapi)),
    software(&api::house::SUBSCRIBERS),
    software(&api::house::SELF),
    software(&api::messages::LIST),
    software(&api::messages::TAKE),
    software(&api::messages::ONE),
    software(&api::messages::ARCHIVE),
    software(&api::messages::RESTORE),
    software(&api::messages::ANSWER),
    software(&api::contacts::LIST),
    software(&api::contacts::ADD),
    software(&api::contacts::ONE),
    software(&api::contacts::CHANGE),
    software(&api::agenda::LIST),
    software(&api::agenda::BOOK),
    software(&api::agenda::ONE),
    software(&api::agenda::MOVE),
    software(&api::agenda::CANCEL),
    software(&api::agenda::FREE),
    software(&api::contacts::ERASE),
    software(&api::fax::BRING),
    software(&api::fax::ONE),
    software(&api::calls::SIGNAL),
    software(&api::house::INSTRUCTIONS),
    software(&api::house::COUNTERS),
];

/// What an address and method lead to.
pub enum Found {
    /// The route, and what stood in its places.
    Route(&'static Route, Vec<String>),
    /// The address exists for these methods only (the value of `Allow`).
    OtherMethods(String),
    Nothing,
}

/// Looks an address up. `HEAD` goes where `GET` does. Literal segments are listed before places that could take them.
pub fn find(routes: &'static [Route], method: Method, path: &str) -> Found {
    let wanted = if method == Method::Head { Method::Get } else { method };
    let mut allowed: Vec<&str> = Vec::new();
    // An address written out in full is itself, whatever place could take its last segment.
    let literal = routes.iter().any(|route| route.pattern == path);
    for route in routes.iter().filter(|route| !literal || route.pattern == path) {
        let Some(parts) = fit(route.pattern, path) else { continue };
        if route.method == wanted || route.door.takes_any_method() {
            return Found::Route(route, parts);
        }
        allowed.push(if route.method == Method::Get { "GET, HEAD" } else { "POST" });
    }
    if allowed.is_empty() { Found::Nothing } else { Found::OtherMethods(allowed.join(", ")) }
}

/// Whether a request checks or makes a password: a route that says so, or the bookmark of 2010.
pub fn is_slow(routes: &'static [Route], request: &Request) -> bool {
    match request.method {
        Method::Post => match find(routes, request.method, &request.path) {
            Found::Route(route, _) => route.slow || (route.fresh && people::account::confirm::is_brought(request)),
            _ => false,
        },
        _ => request.path == "/" && request.query.find("pass").is_some(),
    }
}

/// Whether an address answers in clear where HTTPS is spoken: monitors on the same machine follow no redirect, and their
/// answer says nothing of anybody.
pub fn stays_plain(path: &str) -> bool {
    path == "/sante"
}

/// Whether an address takes a form with a file, which may be larger than any other.
pub fn takes_file(path: &str) -> bool {
    matches!(find(ROUTES, Method::Post, path), Found::Route(route, _) if route.upload)
}

#[cfg(test)]
mod tests;
