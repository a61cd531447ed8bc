//! Templates of layouts, filled with minijinja.
