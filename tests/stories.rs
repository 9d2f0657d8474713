//! Every story of the tests in one binary: linked once, run side by side.

mod gallery;
