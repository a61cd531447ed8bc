#!/usr/bin/env python3
"""Packs the notes of a deck that Recto made, with genanki: genanki_deck.py DECK-FOLDER OUT.apkg

Fields and pictures are ready: all that is left to do is the package. Note types have
the fields of Recto's; their templates are as short as can be.
"""
import csv
import pathlib
import sys

import genanki

FIELDS = 12


def main():
    folder, out = pathlib.Path(sys.argv[1]), sys.argv[2]
    fields = [{"name": f"F{n}"} for n in range(FIELDS)]
    plain = genanki.Model(1607392319, "Plain", fields=fields, templates=[
        {"name": "Card", "qfmt": "{{F1}}{{F2}}", "afmt": "{{FrontSide}}<hr>{{F3}}{{F4}}{{F5}}"}])
    cloze = genanki.Model(1607392320, "Cloze", model_type=genanki.Model.CLOZE, fields=fields, templates=[
        {"name": "Cloze", "qfmt": "{{cloze:F0}}", "afmt": "{{cloze:F0}}{{F1}}{{F2}}"}])
    deck = genanki.Deck(2059400110, "Benchmark")
    with open(folder / "notes.csv", newline="", encoding="utf-8") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        for guid, note_type, _, *row in rows:
            values = (row[:-1] + [""] * FIELDS)[:FIELDS]
            model = cloze if note_type == "Recto Cloze" else plain
            deck.add_note(genanki.Note(model=model, guid=guid, fields=values, tags=row[-1].split()))
    package = genanki.Package(deck)
    package.media_files = sorted(str(path) for path in (folder / "media").iterdir())
    package.write_to_file(out)


if __name__ == "__main__":
    main()
