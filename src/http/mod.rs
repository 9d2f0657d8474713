//! HTTP: requests, forms, cookies, answers, the workers inside and the edge before them.
//! Never here: anything of secretariats, sessions or pages.

pub mod answer;
pub mod edge;
pub mod form;
pub mod inside;
pub mod multipart;
pub mod request;

pub use answer::{Answer, Body};
pub use form::Form;
pub use multipart::Files;
pub use request::{Method, Request};
