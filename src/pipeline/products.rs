//! What each artifact is made of, and what it conforms to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::origin::brings_works;
use super::{Loaded, PlannedDeck, Publication, output_path};
use crate::layout::FOLDER;
use crate::ledger;
use crate::model::{Figure, Inline, Target, Topic, TopicId, Visitor, walk_topic};
use crate::project::{MANIFEST, SOURCES};
use crate::record::Product;
use crate::source::{ProjectPath, Sources};

/// What is known of all files that a build may make.
#[derive(Debug, Default)]
pub struct Products {
    files: BTreeMap<ProjectPath, Product>,
    /// Decks, each with the folder of its files.
    decks: Vec<(String, Product)>,
    /// What no publication is: it is about all of them.
    whole: Product,
}

impl Products {
    /// Finds out what publications and decks are made of.
    pub(super) fn new(
        loaded: &Loaded,
        publications: &[Publication],
        decks: &[PlannedDeck],
        sources: &Sources,
    ) -> Self {
        let origins = Origins::new(loaded, sources);
        let mut products = Self::default();
        for publication in publications {
            let Publication { content, layout, press, path, sheets, plates, .. } = publication;
            let mut inputs = origins.of(&content.topics);
            inputs.extend(origins.layouts(&[&layout.name, "recto", "fonts"]));
            let conforms_to = press.standard.parts().iter().map(|part| (*part).to_owned());
            inputs.extend(plates.as_ref().and_then(|plates| plates.profile.clone()));
            let product = Product { inputs, conforms_to: conforms_to.collect(), is_kept: false };
            if publication.has_twin {
                let path = epub_path(path);
                let mut inputs = product.inputs.clone();
                inputs.extend(origins.layouts(&["epub", "cover"]));
                inputs.extend(publication.cover.clone());
                let conforms_to = vec!["EPUB 3.3".to_owned()];
                products.files.insert(path, Product { inputs, conforms_to, is_kept: false });
            }
            for sheets in sheets {
                let mut inputs = product.inputs.clone();
                if sheets.cover.is_some() {
                    inputs.extend(origins.layouts(&["cover", "cover-spread"]));
                    inputs.extend(publication.cover.clone());
                }
                let product = Product { inputs, ..Product::default() };
                products.files.insert(sheets.path.clone(), product);
            }
            if publication.has_pages {
                products.files.insert(path.clone(), product);
            }
        }
        for PlannedDeck { deck, topics, sheets } in decks {
            let mut inputs = origins.of(topics);
            inputs.extend(origins.layouts(&["anki"]));
            inputs.insert(output_path(ledger::FILE));
            for sheets in sheets {
                let mut inputs = inputs.clone();
                inputs.extend(origins.layouts(&["cards", "recto", "fonts"]));
                let product = Product { inputs, ..Product::default() };
                products.files.insert(sheets.path.clone(), product);
            }
            let product = Product { inputs, ..Product::default() };
            products.decks.push((format!("decks/{}", deck.name.value), product));
        }
        let all = products.files.values().chain(products.decks.iter().map(|(_, deck)| deck));
        products.whole.inputs = all.flat_map(|product| product.inputs.clone()).collect();
        products
    }

    /// Notes that the pages of a publication were kept from an earlier build: what is
    /// on its sheets is, too.
    pub(super) fn keep(&mut self, publication: &Publication) {
        let sheets = publication.sheets.iter().map(|sheets| &sheets.path);
        for path in sheets.chain([&publication.path]) {
            if let Some(product) = self.files.get_mut(path) {
                product.is_kept = true;
            }
        }
    }

    /// Tells whether a publication or a deck makes a file.
    pub fn knows(&self, path: &ProjectPath) -> bool {
        !std::ptr::eq(self.of(path), &raw const self.whole)
    }

    /// Returns what is known of a file.
    pub fn of(&self, path: &ProjectPath) -> &Product {
        let in_deck = |(folder, _): &&(String, Product)| {
            let rest = path.as_str().strip_prefix(folder.as_str());
            rest.is_some_and(|rest| rest == ".apkg" || rest.starts_with('/'))
        };
        let deck = || self.decks.iter().find(in_deck).map(|(_, product)| product);
        self.files.get(path).or_else(deck).unwrap_or(&self.whole)
    }

    /// Returns the files whose making can be spared.
    pub fn files(&self) -> &BTreeMap<ProjectPath, Product> {
        &self.files
    }
}

/// Returns where the EPUB of a book goes, by where its PDF does.
pub(super) fn epub_path(pdf: &ProjectPath) -> ProjectPath {
    output_path(&pdf.as_str().replace(".pdf", ".epub"))
}

/// Where what is in editions comes from.
struct Origins<'a> {
    loaded: &'a Loaded,
    topics: BTreeMap<&'a TopicId, (&'a ProjectPath, Mentions)>,
    /// What every edition may take from.
    shared: BTreeSet<ProjectPath>,
}

impl<'a> Origins<'a> {
    fn new(loaded: &'a Loaded, sources: &'a Sources) -> Self {
        let mut topics = BTreeMap::new();
        for topic in &loaded.document.topics {
            let mut mentions = Mentions::default();
            walk_topic(topic, &mut mentions);
            mentions.topics.extend(topic.see_also.iter().map(|id| id.value.clone()));
            topics.insert(&topic.id.value, (sources.path(topic.span.file), mentions));
        }
        let of_topics: BTreeSet<&ProjectPath> = topics.values().map(|(path, _)| *path).collect();
        let is_shared = |path: &&ProjectPath| {
            let text = path.as_str();
            let is_source = text.strip_prefix(SOURCES).is_some_and(|rest| rest.starts_with('/'));
            text == MANIFEST || (is_source && !of_topics.contains(path))
        };
        let mut shared: BTreeSet<ProjectPath> =
            sources.paths().filter(is_shared).cloned().collect();
        // Topics bring works that others cite.
        let bring = |topic: &&Arc<Topic>| brings_works(sources.text(topic.span.file));
        let bringing = loaded.document.topics.iter().filter(bring);
        shared.extend(bringing.map(|topic| sources.path(topic.span.file).clone()));
        Self { loaded, topics, shared }
    }

    /// Returns what topics put together are made of, layouts aside.
    fn of(&self, topics: &[Arc<Topic>]) -> BTreeSet<ProjectPath> {
        let mut inputs = self.shared.clone();
        for topic in topics {
            let Some((path, mentions)) = self.topics.get(&topic.id.value) else { continue };
            inputs.insert((*path).clone());
            inputs.extend(mentions.pictures.iter().cloned());
            let others = mentions.topics.iter().filter_map(|id| self.topics.get(id));
            inputs.extend(others.map(|(path, _)| (*path).clone()));
        }
        inputs
    }

    /// Returns the project's own files of some layouts.
    fn layouts(&self, names: &[&str]) -> Vec<ProjectPath> {
        let own = names.iter().flat_map(|name| self.loaded.layouts.own_files(name));
        own.filter_map(|path| ProjectPath::new(&format!("{FOLDER}/{path}")).ok()).collect()
    }
}

/// What a topic names.
#[derive(Debug, Default)]
struct Mentions {
    pictures: BTreeSet<ProjectPath>,
    topics: BTreeSet<TopicId>,
}

impl Visitor for Mentions {
    fn figure(&mut self, figure: &Figure) {
        let excerpts = figure.panels.iter().map(|panel| &panel.image.excerpt);
        self.pictures.extend(excerpts.map(|excerpt| excerpt.path.clone()));
    }

    fn inline(&mut self, inline: &Inline) {
        if let Inline::CrossReference(reference) = inline
            && let Target::Topic(topic) | Target::Within(topic, _) = &reference.target.value
        {
            self.topics.insert(topic.clone());
        }
    }
}
