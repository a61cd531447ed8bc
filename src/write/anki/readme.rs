//! What to do with the files of a deck.

use super::Options;

/// Returns the text of the deck's `README.txt`.
pub(super) fn write(options: &Options<'_>) -> String {
    let Options { name, deck, .. } = options;
    format!(
        "\
{deck}
{line}

The short way
  Open {name}.apkg (beside this folder) with Anki. That is all: cards, pictures
  and note types come with it. Import the next edition the same way; your
  reviews stay, and only notes that changed are updated.

The same notes as CSV
  1. Open note-types.apkg with Anki, once. It brings the note types, and the
     first note of each.
  2. Copy the files in media/ into the folder collection.media of your Anki
     profile (Tools > Check Media > View Files leads there). Do not copy the
     folder itself: Anki wants the files side by side.
  3. In Anki choose File > Import, pick notes.csv, and press Import. The file
     says itself which columns are which.

  Importing the CSV replaces the tags of these notes, your own among them; the
  .apkg does so only for notes that changed.
",
        line = "=".repeat(deck.chars().count().min(76)),
    )
}
