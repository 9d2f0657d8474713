//! Calls as rows: chosen, listed on screen, and taken away for Excel, Word or as CSV.
//!
//! A file is made by a thread of its own while it is sent, from one state of the data, and never stands whole in memory.
//! Never here: which messages there are and who may see them; a desk says so, and the messages' room gives them.

pub mod csv;
pub mod excel;
pub mod handlers;
pub mod model;
mod package;
pub mod rows;
pub mod store;
pub mod stream;
pub mod view;
pub mod word;

use crate::error::Result;
use crate::store::Read;
use crate::subscribers::Subscriber;
use chrono::NaiveDate;
use model::{Asked, Format};
use rows::Counts;
use std::io::Write;

/// Everything a file needs.
#[derive(Debug, Clone)]
pub struct Order {
    pub subscriber: Subscriber,
    pub asked: Asked,
    pub counts: Counts,
    /// The date it is made on, in the abonné's zone.
    pub today: NaiveDate,
}

impl Order {
    /// « appels-cabinet-martin-2026-11-01-2026-11-30.xlsx ».
    pub fn file_name(&self, format: Format) -> String {
        let owner = crate::base::fold::words(&self.subscriber.name).join("-");
        format!("appels-{owner}-{}.{}", self.asked.scope.in_file_name(self.today), format.ending())
    }

    /// Writes the file.
    pub fn write(&self, tx: &Read, format: Format, out: &mut impl Write) -> Result<()> {
        match format {
            Format::Csv => csv::write(tx, self, out),
            Format::Excel => excel::write(tx, self, out),
            Format::Word => word::write(tx, self, out),
        }
    }
}
