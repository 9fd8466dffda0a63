//! The whole system, seen from outside.
