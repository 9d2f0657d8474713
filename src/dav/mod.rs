//! Agendas and contacts on telephones and in mail programs: the pages where a calendar subscription is made and revoked.
//!
//! Never here: rules of agendas or contacts; what a subscription shows (`agenda::feed`).

pub mod screens;
