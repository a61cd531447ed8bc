//! The words that outputs add to what the author wrote, in the reader's language.
//!
//! Knows: languages. Must not know: any output format.
//!
//! A language that is not in the table gets English words; the text itself is
//! set in its own language all the same.

mod arabic;
mod japanese;
mod mark;

pub use mark::mark_wording;

use crate::model::{CalloutKind, Language, Status};

/// The words of one language. Headings are capitalized as the language does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The language that the words are in, which may not be the one asked for.
    pub tag: &'static str,
    /// "Figure", before its number.
    pub figure: &'static str,
    /// "Table", before its number.
    pub table: &'static str,
    /// "Equation", before its number.
    pub equation: &'static str,
    /// The heading of the citation list.
    pub references: &'static str,
    /// What a screen reader says of a place to write in.
    pub blank: &'static str,
    /// The heading of the list of works that are not cited.
    pub further_reading: &'static str,
    /// "cited on page {}", after a work.
    pub cited_on_page: &'static str,
    /// The same with several pages.
    pub cited_on_pages: &'static str,
    /// "cited in", before the names of sections.
    pub cited_in: &'static str,
    /// What stands for the year of a work that has none.
    pub no_date: &'static str,
    /// The heading of the table of contents.
    pub contents: &'static str,
    /// The heading of the list of figures.
    pub list_of_figures: &'static str,
    /// The heading of the image credits.
    pub image_credits: &'static str,
    /// The heading of the objectives.
    pub objectives: &'static str,
    /// The heading of topics to read next.
    pub see_also: &'static str,
    /// "Next", before the chapter that follows.
    pub next_chapter: &'static str,
    /// The heading of the topics that lead on, at the end of a chapter.
    pub read_on: &'static str,
    /// The heading of the questions at the end of a chapter.
    pub self_test: &'static str,
    /// The heading of the footnotes at the end of a chapter.
    pub notes: &'static str,
    /// The link from an annotated figure to its clean twin.
    pub without_marks: &'static str,
    /// The link back.
    pub with_marks: &'static str,
    /// The link from a figure to what is said of it at length.
    pub long_description: &'static str,
    /// The heading of what is said of figures at length.
    pub long_descriptions: &'static str,
    /// "Back to the figure", the name of a link from its long description.
    pub back_to_figure: &'static str,
    /// The heading of the page of clean figures.
    pub figures_without_marks: &'static str,
    /// "Find it yourself: {}", under a figure without its marks; "{}" is what
    /// they mean.
    pub find_yourself: &'static str,
    /// The heading of the figures with their marks, where they are to be found
    /// first.
    pub answers: &'static str,
    /// The link from a question to its answer.
    pub answer: &'static str,
    /// The heading of what terms mean.
    pub glossary: &'static str,
    /// The heading of where to look terms up.
    pub index: &'static str,
    /// What a link with the "more information" icon is called for those who
    /// cannot see the icon.
    pub more_information: &'static str,
    /// "Page", before its number.
    pub page: &'static str,
    /// "Chapter", before its number.
    pub chapter: &'static str,
    /// "Part", before its number.
    pub part: &'static str,
    /// "Cover", the name of the cover in the navigation.
    pub cover: &'static str,
    /// "Title page".
    pub title_page: &'static str,
    /// "Sources", before short references on a flashcard.
    pub sources: &'static str,
    /// "Back to the text", the name of a link from a note.
    pub back_to_text: &'static str,
    /// What to do with the files of a deck; `{deck}` is its title, `{name}` that of
    /// its files, `{line}` a line as long as the title.
    pub deck_readme: &'static str,
    /// The same for the notes that are gone from a deck.
    pub retired_readme: &'static str,
    /// What a card says of itself that is gone from its deck.
    pub retired: &'static str,
    /// What is asked of a region of a picture that is covered.
    pub what_is_here: &'static str,
    /// A page of a handout, to read on; `{}` is its number.
    pub handout_page: &'static str,
    /// A page of a book, to read on; `{}` is its number.
    pub book_page: &'static str,
    /// "Back to the question", the name of a link from an answer.
    pub back_to_question: &'static str,
    /// "What does {} show?" with one arrow.
    pub what_does_show: &'static str,
    /// "What do {} show?" with several.
    pub what_do_show: &'static str,
    /// "Find: {}".
    pub find: &'static str,
    /// "page X of Y" in a foot line: the word between.
    pub of: &'static str,
    /// The heading of the list of tables.
    pub list_of_tables: &'static str,
    /// The heading of the list of pages of the printed book.
    pub list_of_pages: &'static str,
    /// The heading of the colophon.
    pub colophon: &'static str,
    /// The name of the list of a book's main places.
    pub landmarks: &'static str,
    /// A sentence on accessibility: the text is text.
    pub can_be_restyled: &'static str,
    /// A sentence on accessibility: every image has a text.
    pub images_are_described: &'static str,
    /// A sentence on accessibility: not every image has a text.
    pub images_lack_text: &'static str,
    /// A sentence on accessibility: some images have a long description.
    pub some_are_described_at_length: &'static str,
    /// A sentence on accessibility: headings and links.
    pub navigation_leads: &'static str,
    /// A sentence on accessibility: no hazards.
    pub nothing_moves: &'static str,
    /// What is said of a topic with the status `draft`.
    pub draft: &'static str,
    /// What is said of a topic with the status `review`.
    pub review: &'static str,
    /// The titles of callouts without one, in the order of [`CalloutKind::ALL`].
    pub callouts: [&'static str; 5],
}

const ENGLISH: Words = Words {
    tag: "en",
    figure: "Figure",
    table: "Table",
    equation: "Equation",
    references: "References",
    blank: "blank",
    further_reading: "Further reading",
    cited_on_page: "cited on page {}",
    cited_on_pages: "cited on pages {}",
    cited_in: "cited in",
    no_date: "n.d.",
    contents: "Contents",
    list_of_figures: "Figures",
    image_credits: "Image credits",
    objectives: "Objectives",
    see_also: "See also",
    next_chapter: "Next",
    read_on: "Where to read on",
    self_test: "Test yourself",
    notes: "Notes",
    without_marks: "without the marks",
    with_marks: "with the marks",
    long_description: "Long description",
    long_descriptions: "Descriptions of the figures",
    back_to_figure: "Back to the figure",
    figures_without_marks: "The figures without marks",
    find_yourself: "Find it yourself: {}",
    answers: "Answers",
    answer: "Answer",
    glossary: "Glossary",
    index: "Index",
    more_information: "More information",
    page: "Page",
    chapter: "Chapter",
    part: "Part",
    cover: "Cover",
    title_page: "Title page",
    sources: "Sources",
    back_to_text: "Back to the text",
    deck_readme: include_str!("deck-readme/en.txt"),
    retired_readme: include_str!("deck-readme/retired.en.txt"),
    retired: "No longer in this deck.",
    what_is_here: "What is seen here?",
    handout_page: "Handout p. {}",
    book_page: "Book p. {}",
    back_to_question: "Back to the question",
    what_does_show: "What does the {} show?",
    what_do_show: "What do the {} show?",
    find: "Find: {}",
    of: "of",
    list_of_tables: "Tables",
    list_of_pages: "Pages",
    colophon: "About this book",
    landmarks: "Landmarks",
    can_be_restyled: "All text can be read aloud, enlarged and restyled.",
    images_are_described: "Every image has a text alternative.",
    images_lack_text: "Some images have no text alternative.",
    some_are_described_at_length: "Long descriptions accompany images that need more than that.",
    navigation_leads: "Contents, headings and links lead to every topic, section, figure and reference.",
    nothing_moves: "Nothing flashes, moves or makes a sound.",
    draft: "Draft",
    review: "Under review",
    callouts: ["Note", "Tip", "Important", "Warning", "Caution"],
};

const GERMAN: Words = Words {
    tag: "de",
    figure: "Abbildung",
    table: "Tabelle",
    equation: "Gleichung",
    references: "Literatur",
    blank: "Lücke",
    further_reading: "Weiterführende Literatur",
    cited_on_page: "zitiert auf Seite {}",
    cited_on_pages: "zitiert auf den Seiten {}",
    cited_in: "zitiert in",
    no_date: "o. J.",
    contents: "Inhalt",
    list_of_figures: "Abbildungen",
    image_credits: "Bildnachweis",
    objectives: "Lernziele",
    see_also: "Siehe auch",
    next_chapter: "Als Nächstes",
    read_on: "Weiterlesen",
    self_test: "Testen Sie sich selbst",
    notes: "Anmerkungen",
    without_marks: "ohne Markierungen",
    with_marks: "mit Markierungen",
    long_description: "Ausführliche Beschreibung",
    long_descriptions: "Beschreibungen der Abbildungen",
    back_to_figure: "Zurück zur Abbildung",
    figures_without_marks: "Die Abbildungen ohne Markierungen",
    find_yourself: "Finden Sie selbst: {}",
    answers: "Lösungen",
    answer: "Lösung",
    glossary: "Glossar",
    index: "Sachregister",
    more_information: "Weitere Informationen",
    page: "Seite",
    chapter: "Kapitel",
    part: "Teil",
    cover: "Umschlag",
    title_page: "Titelseite",
    sources: "Quellen",
    back_to_text: "Zurück zum Text",
    deck_readme: include_str!("deck-readme/de.txt"),
    retired_readme: include_str!("deck-readme/retired.de.txt"),
    retired: "Nicht mehr in diesem Stapel.",
    what_is_here: "Was ist hier zu sehen?",
    handout_page: "Handout S. {}",
    book_page: "Buch S. {}",
    back_to_question: "Zurück zur Frage",
    what_does_show: "Was zeigt die Markierung ({})?",
    what_do_show: "Was zeigen die Markierungen ({})?",
    find: "Finden Sie: {}",
    of: "von",
    list_of_tables: "Tabellen",
    list_of_pages: "Seiten",
    colophon: "Über dieses Buch",
    landmarks: "Orientierungspunkte",
    can_be_restyled: "Aller Text lässt sich vorlesen, vergrößern und umgestalten.",
    images_are_described: "Jedes Bild hat eine Textalternative.",
    images_lack_text: "Einige Bilder haben keine Textalternative.",
    some_are_described_at_length: "Wo das nicht genügt, gibt es ausführliche Bildbeschreibungen.",
    navigation_leads: "Inhaltsverzeichnis, Überschriften und Verweise führen zu jedem Thema, Abschnitt, Bild und Literaturnachweis.",
    nothing_moves: "Nichts blitzt, bewegt sich oder erzeugt Töne.",
    draft: "Entwurf",
    review: "In Durchsicht",
    callouts: ["Hinweis", "Tipp", "Wichtig", "Warnung", "Vorsicht"],
};

const FRENCH: Words = Words {
    tag: "fr",
    figure: "Figure",
    table: "Tableau",
    equation: "Équation",
    references: "Références",
    blank: "à compléter",
    further_reading: "Pour en savoir plus",
    cited_on_page: "cité à la page {}",
    cited_on_pages: "cité aux pages {}",
    cited_in: "cité dans",
    no_date: "s. d.",
    contents: "Table des matières",
    list_of_figures: "Liste des figures",
    image_credits: "Crédits des images",
    objectives: "Objectifs",
    see_also: "Voir aussi",
    next_chapter: "À suivre",
    read_on: "Poursuivre la lecture",
    self_test: "Testez-vous",
    notes: "Notes",
    without_marks: "sans les repères",
    with_marks: "avec les repères",
    long_description: "Description détaillée",
    long_descriptions: "Descriptions des figures",
    back_to_figure: "Retour à la figure",
    figures_without_marks: "Les figures sans repères",
    find_yourself: "À vous de trouver : {}",
    answers: "Solutions",
    answer: "Solution",
    glossary: "Glossaire",
    index: "Index",
    more_information: "En savoir plus",
    page: "Page",
    chapter: "Chapitre",
    part: "Partie",
    cover: "Couverture",
    title_page: "Page de titre",
    sources: "Sources",
    back_to_text: "Retour au texte",
    deck_readme: include_str!("deck-readme/fr.txt"),
    retired_readme: include_str!("deck-readme/retired.fr.txt"),
    retired: "N’est plus dans ce paquet.",
    what_is_here: "Que voit-on ici ?",
    handout_page: "Polycopié p. {}",
    book_page: "Livre p. {}",
    back_to_question: "Retour à la question",
    what_does_show: "Que montre le repère ({}) ?",
    what_do_show: "Que montrent les repères ({}) ?",
    find: "Trouvez : {}",
    of: "sur",
    list_of_tables: "Liste des tableaux",
    list_of_pages: "Liste des pages",
    colophon: "À propos de ce livre",
    landmarks: "Points de repère",
    can_be_restyled: "Tout le texte peut être lu à voix haute, agrandi et remis en forme.",
    images_are_described: "Chaque image est accompagnée d’un texte de remplacement.",
    images_lack_text: "Certaines images n’ont pas de texte de remplacement.",
    some_are_described_at_length: "Des descriptions détaillées accompagnent les images qui en demandent davantage.",
    navigation_leads: "La table des matières, les titres et les liens mènent à chaque sujet, section, figure et référence.",
    nothing_moves: "Rien ne clignote, ne bouge ni n’émet de son.",
    draft: "Brouillon",
    review: "En relecture",
    callouts: ["Remarque", "Conseil", "Important", "Attention", "Danger"],
};

const SPANISH: Words = Words {
    tag: "es",
    figure: "Figura",
    table: "Tabla",
    equation: "Ecuación",
    references: "Referencias",
    blank: "espacio en blanco",
    further_reading: "Lecturas recomendadas",
    cited_on_page: "citado en la página {}",
    cited_on_pages: "citado en las páginas {}",
    cited_in: "citado en",
    no_date: "s. f.",
    contents: "Índice",
    list_of_figures: "Lista de figuras",
    image_credits: "Créditos de las imágenes",
    objectives: "Objetivos",
    see_also: "Véase también",
    next_chapter: "A continuación",
    read_on: "Seguir leyendo",
    self_test: "Ponga a prueba lo aprendido",
    notes: "Notas",
    without_marks: "sin las marcas",
    with_marks: "con las marcas",
    long_description: "Descripción detallada",
    long_descriptions: "Descripciones de las figuras",
    back_to_figure: "Volver a la figura",
    figures_without_marks: "Las figuras sin marcas",
    find_yourself: "Intente encontrar: {}",
    answers: "Soluciones",
    answer: "Solución",
    glossary: "Glosario",
    index: "Índice alfabético",
    more_information: "Más información",
    page: "Página",
    chapter: "Capítulo",
    part: "Parte",
    cover: "Cubierta",
    title_page: "Portada",
    sources: "Fuentes",
    back_to_text: "Volver al texto",
    deck_readme: include_str!("deck-readme/es.txt"),
    retired_readme: include_str!("deck-readme/retired.es.txt"),
    retired: "Ya no está en este mazo.",
    what_is_here: "¿Qué se ve aquí?",
    handout_page: "Apuntes p. {}",
    book_page: "Libro p. {}",
    back_to_question: "Volver a la pregunta",
    what_does_show: "¿Qué muestra la marca ({})?",
    what_do_show: "¿Qué muestran las marcas ({})?",
    find: "Busque: {}",
    of: "de",
    list_of_tables: "Lista de tablas",
    list_of_pages: "Lista de páginas",
    colophon: "Acerca de este libro",
    landmarks: "Puntos de referencia",
    can_be_restyled: "Todo el texto puede leerse en voz alta, ampliarse y cambiar de aspecto.",
    images_are_described: "Cada imagen tiene un texto alternativo.",
    images_lack_text: "Algunas imágenes no tienen texto alternativo.",
    some_are_described_at_length: "Las imágenes que lo requieren tienen además una descripción detallada.",
    navigation_leads: "El índice, los títulos y los enlaces llevan a cada tema, sección, figura y referencia.",
    nothing_moves: "Nada parpadea, se mueve ni emite sonidos.",
    draft: "Borrador",
    review: "En revisión",
    callouts: ["Nota", "Consejo", "Importante", "Advertencia", "Precaución"],
};

impl Words {
    /// The languages that there are words in.
    pub const LANGUAGES: [&'static str; 6] = ["en", "de", "fr", "es", "ar", "ja"];

    /// Returns what readers are told of a topic's status; `None` where it is done.
    pub fn status(&self, status: Status) -> Option<&'static str> {
        match status {
            Status::Draft => Some(self.draft),
            Status::Review => Some(self.review),
            Status::Final => None,
        }
    }

    /// Returns the title of a callout that has none of its own.
    pub fn callout(&self, kind: CalloutKind) -> &'static str {
        let [note, tip, important, warning, caution] = self.callouts;
        match kind {
            CalloutKind::Note => note,
            CalloutKind::Tip => tip,
            CalloutKind::Important => important,
            CalloutKind::Warning => warning,
            CalloutKind::Caution => caution,
        }
    }

    /// Returns the words of a language; English where they are not known.
    pub fn of(language: &Language) -> &'static Self {
        match language.primary() {
            "de" => &GERMAN,
            "fr" => &FRENCH,
            "es" => &SPANISH,
            "ar" => &arabic::WORDS,
            "ja" => &japanese::WORDS,
            _ => &ENGLISH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_its_own_words() {
        for tag in Words::LANGUAGES {
            let words = Words::of(&Language::new(tag).expect("a tag"));
            assert_eq!(words.tag, tag);
            for (text, places) in [
                (words.cited_on_page, 1),
                (words.cited_on_pages, 1),
                (words.find_yourself, 1),
                (words.handout_page, 1),
                (words.book_page, 1),
                (words.what_does_show, 1),
                (words.what_do_show, 1),
                (words.find, 1),
                (words.nothing_moves, 0),
            ] {
                assert_eq!(text.matches("{}").count(), places, "{tag}: {text}");
            }
            for place in ["{deck}", "{name}", "{line}"] {
                assert!(words.deck_readme.contains(place), "{tag}: {place}");
            }
        }
    }
}
