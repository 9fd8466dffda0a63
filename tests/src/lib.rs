//! The whole-system tests live in `system/`.
