//! HTTP: requests, forms, cookies, answers, the workers inside and the edge before them; the certificate of HTTPS, and what we
//! ask of others.
//! Never here: anything of secretariats, sessions or pages.

pub mod acme;
pub mod answer;
pub mod edge;
pub mod form;
pub mod inside;
pub mod multipart;
pub mod outside;
pub mod request;

pub use answer::{Answer, Body};
pub use form::Form;
pub use multipart::Files;
pub use request::{Method, Request};
