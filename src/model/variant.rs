//! Which of its readers a handout is for.

/// What becomes of marked text, which is to be learned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// It is there, and stands out.
    #[default]
    Full,
    /// It is a blank to write in.
    Student,
    /// It is there, written into the blanks of the students' handout, in a second
    /// color. What is for teachers alone is there, too.
    Teacher,
    /// It is all that there is: the answers by the numbers of the blanks.
    Answers,
}

impl Variant {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Full, Self::Student, Self::Teacher, Self::Answers];

    /// Returns its name in manifests, layouts and the names of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Student => "student",
            Self::Teacher => "teacher",
            Self::Answers => "answers",
        }
    }
}
