//! One person in administration: who they are, what they may see, how they sign in; and the rules of signing in for all.

pub mod handlers;
pub mod view;
