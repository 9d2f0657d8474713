//! HTTP: the edge, requests, forms, cookies, answers; knows nothing of secretariats.

pub mod form;

pub use form::Form;
