//! The ground vocabulary
