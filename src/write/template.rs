//! Templates of layouts, filled with minijinja.
//!
//! Does: finds a template in a layout, fills it, and says in which file and line
//! it breaks. Knows: layouts and messages. Must not know: the model, or what the
//! templates are for.
//!
//! What is printed is always escaped, whatever the file is called, unless it is
//! [`Markup`]. What is not known is an error, and so is a character that XML
//! cannot hold: a book is refused here rather than by a reading system.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, escape_formatter,
};
use serde::{Serialize, Serializer};

use super::html;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::layout::{self, Layout};
use crate::source::ProjectPath;

/// A piece of XHTML that is printed as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup(Value);

impl Markup {
    /// Takes text for XHTML.
    pub fn new(text: String) -> Self {
        Self(Value::from_safe_string(text))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        self.0.as_str().unwrap_or_default()
    }
}

impl Default for Markup {
    fn default() -> Self {
        Self::new(String::new())
    }
}

impl Serialize for Markup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// What a template may print, under its names. Copies are cheap.
#[derive(Debug, Clone, Default)]
pub struct Data(BTreeMap<&'static str, Value>);

impl Data {
    /// Returns the data with a value more.
    pub fn with(&self, name: &'static str, value: &impl Serialize) -> Self {
        let mut data = self.clone();
        data.0.insert(name, Value::from(Serde(value)));
        data
    }

    /// Returns the data with all that others have.
    pub fn and(&self, others: &Self) -> Self {
        let mut data = self.clone();
        data.0.extend(others.0.iter().map(|(name, value)| (*name, value.clone())));
        data
    }
}

/// The templates of a layout.
#[derive(Debug)]
pub struct Templates<'a> {
    layout: &'a Layout,
    environment: Environment<'a>,
    /// How many bytes were made the last time: as many are likely to be made the next.
    made: AtomicUsize,
}

impl<'a> Templates<'a> {
    /// Makes the templates of a layout ready to be filled.
    pub fn new(layout: &'a Layout) -> Self {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_formatter(print);
        // A line that holds only a tag leaves no empty line.
        let mut syntax = SyntaxConfig::builder();
        syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
        if let Ok(syntax) = syntax.build() {
            environment.set_syntax(syntax);
        }
        // Read once, for a book fills them a thousand times. What cannot be read is told
        // where it is filled.
        for name in layout.names().into_iter().filter(|name| is_template(name)) {
            let source = layout.file(name).and_then(|bytes| std::str::from_utf8(bytes).ok());
            if let Some(source) = source {
                environment.add_template(name, source).ok();
            }
        }
        Self { layout, environment, made: AtomicUsize::new(0) }
    }

    /// Fills a template. `None` if it is not there or breaks; the message names
    /// the file and the line.
    pub fn fill(&self, name: &str, data: &Data, diagnostics: &mut Diagnostics) -> Option<String> {
        let broken = |message: String| {
            let diagnostic = Diagnostic::error(Code::BrokenLayout, message);
            match self.path(name) {
                Some(path) => diagnostic.in_file(&path),
                None => diagnostic,
            }
        };
        let Some(bytes) = self.layout.file(name) else {
            diagnostics
                .push(broken(format!("the layout `{}` has no file `{name}`", self.layout.name)));
            return None;
        };
        let Ok(source) = std::str::from_utf8(bytes) else {
            diagnostics.push(broken(format!("the template `{name}` is not UTF-8")));
            return None;
        };
        let template = self.environment.get_template(name);
        let template = template.or_else(|_| self.environment.template_from_named_str(name, source));
        let made = self.made.load(Ordering::Relaxed);
        let mut out = Vec::with_capacity(made + made / 4);
        let data = Value::from(data.0.clone());
        let filled =
            template.and_then(|template| template.render_captured_to(data, &mut out).map(drop));
        filled.map_err(|error| diagnostics.push(broken(describe(name, &error)))).ok()?;
        self.made.store(out.len(), Ordering::Relaxed);
        // Templates are text, and print text.
        Some(String::from_utf8(out).unwrap_or_default())
    }

    /// Returns the line of a template that says just this; `None` if no line
    /// does, or several do.
    pub fn line_of(&self, name: &str, text: &str) -> Option<usize> {
        let source = std::str::from_utf8(self.layout.file(name)?).ok()?;
        let mut found = source.lines().enumerate().filter(|(_, line)| line.trim() == text);
        let (index, _) = found.next()?;
        found.next().is_none().then_some(index + 1)
    }

    /// Returns where a file of the layout stands in a project.
    pub fn path(&self, name: &str) -> Option<ProjectPath> {
        ProjectPath::new(&format!("{}/{}/{name}", layout::FOLDER, self.layout.name)).ok()
    }
}

/// Tells whether a file of a layout is filled, and not taken as it is.
fn is_template(name: &str) -> bool {
    [".xhtml", ".html", ".opf"].iter().any(|ending| name.ends_with(ending))
}

fn describe(name: &str, error: &Error) -> String {
    let what = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    match error.line() {
        Some(line) => format!("the template `{name}` breaks at line {line} ({what})"),
        None => format!("the template `{name}` breaks ({what})"),
    }
}

fn print(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let refuse = |detail: String| Err(Error::new(ErrorKind::InvalidOperation, detail));
    let text = match value.kind() {
        // Minijinja's own words name the variable.
        ValueKind::Undefined => return escape_formatter(out, state, value),
        ValueKind::None => {
            return refuse("there is nothing to print; ask with `{% if … %}` first".into());
        }
        ValueKind::String | ValueKind::Number | ValueKind::Bool => match value.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(value.to_string()),
        },
        kind => return refuse(format!("a {kind} cannot be printed")),
    };
    // Looking at bytes is far cheaper, and finds something in few texts.
    let suspect =
        |byte: u8| (byte < b' ' && byte != b'\t' && byte != b'\n' && byte != b'\r') || byte == 0xef;
    // Without a way out, many bytes are looked at in one go.
    let is_suspect = text.bytes().fold(false, |found, byte| found | suspect(byte));
    let wrong = if is_suspect { text.chars().find(|c| !in_xml(*c)) } else { None };
    if let Some(c) = wrong {
        return refuse(format!("the text holds U+{:04X}, which XML cannot hold", u32::from(c)));
    }
    let as_is = value.is_safe() || matches!(state.auto_escape(), AutoEscape::None);
    if as_is {
        return out.write_str(&text).map_err(Error::from);
    }
    out.write_str(&html::escaped(&text)).map_err(Error::from)
}

/// XML 1.0, section 2.2.
fn in_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;
    use crate::layout::Layouts;
    use crate::source::Sources;

    fn fill(template: &str, data: &Data) -> Result<String, String> {
        let mut files = MemoryFiles::default();
        let manifest = "api: 2\nformat: epub\nentry: page.xhtml\n";
        for (path, text) in [("layout.yaml", manifest), ("page.xhtml", template)] {
            let path = ProjectPath::new(&format!("layouts/mine/{path}")).expect("a path");
            files.insert(path, text.as_bytes());
        }
        let mut diagnostics = Diagnostics::default();
        let layouts = Layouts::open(&files).expect("files in memory");
        let layout =
            layouts.load("mine", &mut Sources::default(), &mut diagnostics).expect("a layout");
        let filled = Templates::new(&layout).fill("page.xhtml", data, &mut diagnostics);
        let message = diagnostics.sorted().pop().map(|diagnostic| diagnostic.message);
        filled.ok_or_else(|| message.unwrap_or_default())
    }

    #[test]
    fn text_is_escaped_and_markup_is_not() {
        let data = Data::default()
            .with("text", &"a/b's <i> & \"c\"")
            .with("markup", &Markup::new("<i>x</i>".into()));
        assert_eq!(
            fill("{{ text }} {{ markup }}", &data).as_deref(),
            Ok("a/b's &lt;i&gt; &amp; &quot;c&quot; <i>x</i>")
        );
    }

    #[test]
    fn what_is_broken_is_told_with_its_line() {
        let data = Data::default().with("none", &None::<u8>).with("odd", &"a\u{b}");
        for (template, expected) in [
            ("x\n{{ title }}", "line 2 (undefined value"),
            ("{% if title %}{% endif %}", "line 1 (undefined value"),
            ("\n\n{% for %}", "line 3 (syntax error"),
            ("\n{{ none }}", "line 2 (invalid operation: there is nothing to print"),
            ("\n{{ '\u{ff0c}\u{fffe}' }}", "line 2 (invalid operation: the text holds U+FFFE"),
            ("\n{{ odd }}", "line 2 (invalid operation: the text holds U+000B"),
            ("{{ [1] }}", "line 1 (invalid operation: a sequence cannot be printed"),
        ] {
            let message = fill(template, &data).expect_err("broken");
            assert!(message.contains(expected), "{template:?}: {message}");
        }
    }
}
