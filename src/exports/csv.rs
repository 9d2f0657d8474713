//! Calls as CSV: one table, whatever their types.

use super::Order;
use super::rows;
use crate::base::csv::Table;
use crate::error::Result;
use crate::store::Read;
use std::io::Write;
use std::ops::ControlFlow;

pub(super) fn write(tx: &Read, order: &Order, out: &mut impl Write) -> Result<()> {
    let fields = &order.asked.fields;
    let mut table = Table::new(out)?;
    let headers: Vec<String> = fields.iter().map(|field| field.header(&order.subscriber.clients_called)).collect();
    table.row(&headers)?;
    rows::each(tx, &order.subscriber, &order.asked, None, |row| {
        for field in fields {
            table.cell(&row.cell(*field).text())?;
        }
        table.end_row()?;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(table.end()?)
}
