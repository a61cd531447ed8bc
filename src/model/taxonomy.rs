//! CSL's names of types and variables.

use super::work::{
    DateVariable, NameVariable, NumberVariable, PageVariable, StandardVariable, Variable, WorkKind,
};

/// The types, sorted by their names (CSL 1.0.2, appendix III).
pub const WORK_KINDS: [(&str, WorkKind); 45] = [
    ("article", WorkKind::Article),
    ("article-journal", WorkKind::ArticleJournal),
    ("article-magazine", WorkKind::ArticleMagazine),
    ("article-newspaper", WorkKind::ArticleNewspaper),
    ("bill", WorkKind::Bill),
    ("book", WorkKind::Book),
    ("broadcast", WorkKind::Broadcast),
    ("chapter", WorkKind::Chapter),
    ("classic", WorkKind::Classic),
    ("collection", WorkKind::Collection),
    ("dataset", WorkKind::Dataset),
    ("document", WorkKind::Document),
    ("entry", WorkKind::Entry),
    ("entry-dictionary", WorkKind::EntryDictionary),
    ("entry-encyclopedia", WorkKind::EntryEncyclopedia),
    ("event", WorkKind::Event),
    ("figure", WorkKind::Figure),
    ("graphic", WorkKind::Graphic),
    ("hearing", WorkKind::Hearing),
    ("interview", WorkKind::Interview),
    ("legal_case", WorkKind::LegalCase),
    ("legislation", WorkKind::Legislation),
    ("manuscript", WorkKind::Manuscript),
    ("map", WorkKind::Map),
    ("motion_picture", WorkKind::MotionPicture),
    ("musical_score", WorkKind::MusicalScore),
    ("pamphlet", WorkKind::Pamphlet),
    ("paper-conference", WorkKind::PaperConference),
    ("patent", WorkKind::Patent),
    ("performance", WorkKind::Performance),
    ("periodical", WorkKind::Periodical),
    ("personal_communication", WorkKind::PersonalCommunication),
    ("post", WorkKind::Post),
    ("post-weblog", WorkKind::PostWeblog),
    ("regulation", WorkKind::Regulation),
    ("report", WorkKind::Report),
    ("review", WorkKind::Review),
    ("review-book", WorkKind::ReviewBook),
    ("software", WorkKind::Software),
    ("song", WorkKind::Song),
    ("speech", WorkKind::Speech),
    ("standard", WorkKind::Standard),
    ("thesis", WorkKind::Thesis),
    ("treaty", WorkKind::Treaty),
    ("webpage", WorkKind::Webpage),
];

/// The variables that data can set, sorted by their names (CSL 1.0.2, appendix
/// IV): all but those that a processor counts itself.
pub const VARIABLES: [(&str, Variable); 91] = [
    ("DOI", Variable::Standard(StandardVariable::DOI)),
    ("ISBN", Variable::Standard(StandardVariable::ISBN)),
    ("ISSN", Variable::Standard(StandardVariable::ISSN)),
    ("PMCID", Variable::Standard(StandardVariable::PMCID)),
    ("PMID", Variable::Standard(StandardVariable::PMID)),
    ("URL", Variable::Standard(StandardVariable::URL)),
    ("abstract", Variable::Standard(StandardVariable::Abstract)),
    ("accessed", Variable::Date(DateVariable::Accessed)),
    ("annote", Variable::Standard(StandardVariable::Annote)),
    ("archive", Variable::Standard(StandardVariable::Archive)),
    ("archive_collection", Variable::Standard(StandardVariable::ArchiveCollection)),
    ("archive_location", Variable::Standard(StandardVariable::ArchiveLocation)),
    ("archive_place", Variable::Standard(StandardVariable::ArchivePlace)),
    ("author", Variable::Name(NameVariable::Author)),
    ("authority", Variable::Standard(StandardVariable::Authority)),
    ("available-date", Variable::Date(DateVariable::AvailableDate)),
    ("call-number", Variable::Standard(StandardVariable::CallNumber)),
    ("chair", Variable::Name(NameVariable::Chair)),
    ("chapter-number", Variable::Number(NumberVariable::ChapterNumber)),
    ("collection-editor", Variable::Name(NameVariable::CollectionEditor)),
    ("collection-number", Variable::Number(NumberVariable::CollectionNumber)),
    ("collection-title", Variable::Standard(StandardVariable::CollectionTitle)),
    ("compiler", Variable::Name(NameVariable::Compiler)),
    ("composer", Variable::Name(NameVariable::Composer)),
    ("container-author", Variable::Name(NameVariable::ContainerAuthor)),
    ("container-title", Variable::Standard(StandardVariable::ContainerTitle)),
    ("container-title-short", Variable::Standard(StandardVariable::ContainerTitleShort)),
    ("contributor", Variable::Name(NameVariable::Contributor)),
    ("curator", Variable::Name(NameVariable::Curator)),
    ("dimensions", Variable::Standard(StandardVariable::Dimensions)),
    ("director", Variable::Name(NameVariable::Director)),
    ("division", Variable::Standard(StandardVariable::Division)),
    ("edition", Variable::Number(NumberVariable::Edition)),
    ("editor", Variable::Name(NameVariable::Editor)),
    ("editor-translator", Variable::Name(NameVariable::EditorTranslator)),
    ("editorial-director", Variable::Name(NameVariable::EditorialDirector)),
    ("event-date", Variable::Date(DateVariable::EventDate)),
    ("event-place", Variable::Standard(StandardVariable::EventPlace)),
    ("event-title", Variable::Standard(StandardVariable::EventTitle)),
    ("executive-producer", Variable::Name(NameVariable::ExecutiveProducer)),
    ("genre", Variable::Standard(StandardVariable::Genre)),
    ("guest", Variable::Name(NameVariable::Guest)),
    ("host", Variable::Name(NameVariable::Host)),
    ("illustrator", Variable::Name(NameVariable::Illustrator)),
    ("interviewer", Variable::Name(NameVariable::Interviewer)),
    ("issue", Variable::Number(NumberVariable::Issue)),
    ("issued", Variable::Date(DateVariable::Issued)),
    ("jurisdiction", Variable::Standard(StandardVariable::Jurisdiction)),
    ("keyword", Variable::Standard(StandardVariable::Keyword)),
    ("language", Variable::Standard(StandardVariable::Language)),
    ("license", Variable::Standard(StandardVariable::License)),
    ("medium", Variable::Standard(StandardVariable::Medium)),
    ("narrator", Variable::Name(NameVariable::Narrator)),
    ("note", Variable::Standard(StandardVariable::Note)),
    ("number", Variable::Number(NumberVariable::Number)),
    ("number-of-pages", Variable::Number(NumberVariable::NumberOfPages)),
    ("number-of-volumes", Variable::Number(NumberVariable::NumberOfVolumes)),
    ("organizer", Variable::Name(NameVariable::Organizer)),
    ("original-author", Variable::Name(NameVariable::OriginalAuthor)),
    ("original-date", Variable::Date(DateVariable::OriginalDate)),
    ("original-publisher", Variable::Standard(StandardVariable::OriginalPublisher)),
    ("original-publisher-place", Variable::Standard(StandardVariable::OriginalPublisherPlace)),
    ("original-title", Variable::Standard(StandardVariable::OriginalTitle)),
    ("page", Variable::Page(PageVariable::Page)),
    ("page-first", Variable::Number(NumberVariable::PageFirst)),
    ("part-number", Variable::Number(NumberVariable::PartNumber)),
    ("part-title", Variable::Standard(StandardVariable::PartTitle)),
    ("performer", Variable::Name(NameVariable::Performer)),
    ("printing-number", Variable::Number(NumberVariable::PrintingNumber)),
    ("producer", Variable::Name(NameVariable::Producer)),
    ("publisher", Variable::Standard(StandardVariable::Publisher)),
    ("publisher-place", Variable::Standard(StandardVariable::PublisherPlace)),
    ("recipient", Variable::Name(NameVariable::Recipient)),
    ("references", Variable::Standard(StandardVariable::References)),
    ("reviewed-author", Variable::Name(NameVariable::ReviewedAuthor)),
    ("reviewed-genre", Variable::Standard(StandardVariable::ReviewedGenre)),
    ("reviewed-title", Variable::Standard(StandardVariable::ReviewedTitle)),
    ("scale", Variable::Standard(StandardVariable::Scale)),
    ("script-writer", Variable::Name(NameVariable::ScriptWriter)),
    ("section", Variable::Number(NumberVariable::Section)),
    ("series-creator", Variable::Name(NameVariable::SeriesCreator)),
    ("source", Variable::Standard(StandardVariable::Source)),
    ("status", Variable::Standard(StandardVariable::Status)),
    ("submitted", Variable::Date(DateVariable::Submitted)),
    ("supplement-number", Variable::Number(NumberVariable::SupplementNumber)),
    ("title", Variable::Standard(StandardVariable::Title)),
    ("title-short", Variable::Standard(StandardVariable::TitleShort)),
    ("translator", Variable::Name(NameVariable::Translator)),
    ("version", Variable::Number(NumberVariable::Version)),
    ("volume", Variable::Number(NumberVariable::Volume)),
    ("volume-title", Variable::Standard(StandardVariable::VolumeTitle)),
];

/// Returns the type of a name.
pub fn work_kind_named(name: &str) -> Option<WorkKind> {
    let at = WORK_KINDS.binary_search_by_key(&name, |(name, _)| name).ok()?;
    Some(WORK_KINDS[at].1)
}

/// Returns the variable of a name.
pub fn variable_named(name: &str) -> Option<Variable> {
    let at = VARIABLES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    Some(VARIABLES[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_engine() {
        assert!(WORK_KINDS.is_sorted_by_key(|(name, _)| *name));
        assert!(VARIABLES.is_sorted_by_key(|(name, _)| *name));
        for (name, kind) in WORK_KINDS {
            assert_eq!(name.parse(), Ok(kind));
        }
        for (name, variable) in VARIABLES {
            assert_eq!(variable.to_string(), name);
        }
    }
}
