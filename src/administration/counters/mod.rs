//! What was done for each abonné, by month: on screen, as CSV, as Excel.

mod excel;
pub mod handlers;
pub mod view;
