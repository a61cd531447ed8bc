//! A processor of CSL 1.0.2: works and a style in, runs of text out.
//!
//! Does: what the specification says of the elements of a style, of names, dates
//! and numbers, of sorting, and of telling works apart. Knows: works, and
//! citationberg's tree of a style. Must not know: topics, lists, outputs; which
//! works are cited together is [`super::cluster`]'s.
//!
//! - [`Program`] is a style in one language: [`terms`] has its words, [`plan`] its
//!   ways with names.
//! - [`pass`] renders one work: its elements, with [`names`], [`person`], [`dates`],
//!   [`numbers`], [`choose`], and [`case`] for the case of titles; [`output`] is what comes out.
//! - [`sort`] puts works in order, [`mod@disambiguate`] tells them apart.
//!
//! Why not hayagriva: what medical styles need was wrong in too many places (names
//! without `cs:name`, names in lists, ranges, spans of time, blocks of text that
//! meet), and a list of 5,000 works took it a second, in four passes over all.

mod case;
mod choose;
mod dates;
mod disambiguate;
mod item;
mod names;
mod numbers;
mod output;
mod pass;
mod person;
mod plan;
mod program;
mod sort;
mod terms;

pub(super) use disambiguate::disambiguate;
pub(super) use item::Item;
pub(super) use numbers::is_plural;
pub(super) use pass::{Cite, Position, PositionKind, Told};
pub(super) use program::{Program, Rendered};
pub(super) use sort::order;
