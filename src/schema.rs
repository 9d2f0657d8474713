//! Every table of the data file, by the room that owns it, and every migration, one line each.

use crate::store::Schema;
use crate::{
    administration, agenda, api, backup, contacts, continuity, counters, exports, fax, folders, house, jobs, messages,
    notices, people, proofs, reminders, subscribers, switchboard,
};

/// The data file. A new table is a line of its room's `TABLES`; a new shape of an old row is a version of its record; what
/// needs a pass over the whole file is a migration.
pub static SCHEMA: Schema = Schema {
    tables: &[
        &house::TABLES,
        &counters::TABLES,
        &jobs::TABLES,
        &people::store::TABLES,
        &subscribers::store::TABLES,
        &contacts::store::TABLES,
        &messages::store::TABLES,
        &messages::waiting::TABLES,
        &messages::papers::TABLES,
        &messages::deliveries::TABLES,
        &proofs::keys::TABLES,
        &continuity::store::TABLES,
        &fax::store::TABLES,
        &fax::mailbox::TABLES,
        &switchboard::templates::TABLES,
        &switchboard::drafts::TABLES,
        &switchboard::teams::TABLES,
        &switchboard::ringing::TABLES,
        &switchboard::failed::TABLES,
        &agenda::store::TABLES,
        &reminders::TABLES,
        &notices::TABLES,
        &administration::removal::store::TABLES,
        &exports::store::TABLES,
        &backup::store::TABLES,
        &api::repeats::TABLES,
        &folders::store::TABLES,
    ],
    migrations: &[],
};

/// Every file of rows, by its name in the data folder and in backups.
pub static FILES: [(&str, &Schema); 2] =
    [(backup::parts::DATA, &SCHEMA), (backup::parts::JOURNAL, &crate::journal::SCHEMA)];
