#!/usr/bin/env python3
"""Invented works, and texts that cite them: for Recto and for pandoc alike.

    works.py ENTRIES CITATIONS FOLDER

Writes the same works as `library.bib` (BibLaTeX, as Zotero exports it) and
`library.json` (CSL-JSON), the same text as `pandoc.md` and as the topics of a
project, `bib/` and `json/`; and `many/`, 300 publications of one topic with ten
citations. The same every time; nothing in it is real.
"""
import json
import pathlib
import random
import sys

from corpus import ADJ, JOURNAL, LESION, MODALITY, ORGAN, SECTIONS, SEED, SURNAME, sentence

GIVEN = "Ada Ben Carla David Elif Femi Grace Hugo Ines Jonas Kemi Lena Marc Nora Omar Petra".split()
PLACES = ["Exampleton", "Sampleville", "Placeholder City"]
PRESSES = ["Invented Press", "Synthetic Books", "University of Nowhere Press"]
PER_TOPIC = 50
MANY = 300


def person(r):
    given = r.choice(GIVEN)
    if r.random() < .5:
        given += f" {r.choice(GIVEN)[0]}."
    return {"family": r.choice(SURNAME), "given": given}


def abstract(r):
    return " ".join(sentence(r, r.choice(SECTIONS)).replace("*", "").replace("~", "").replace("^", "") + "."
                    for _ in range(r.randint(6, 12)))


def work(i):
    """Returns a work in CSL's terms."""
    r = random.Random(f"{SEED}-work-{i}")
    year = r.randint(1975, 2025)
    people = [person(r) for _ in range(r.choice([1, 2, 3, 3, 4, 5, 6, 7, 9, 14]))]
    words = f"{r.choice(ADJ)} {r.choice(LESION)} of the {r.choice(ORGAN)}"
    title = f"{words.capitalize()}: {r.choice(MODALITY)} in {r.randint(12, 900)} patients"
    kind = r.choices(["article-journal", "book", "chapter", "report", "webpage"], [75, 9, 9, 3, 4])[0]
    first = r.randint(1, 1800)
    pages = f"{first}-{first + r.randint(2, 14)}"
    date = [year] if r.random() < .3 else [year, r.randint(1, 12)]
    known = {"id": f"work{i:05d}", "type": kind, "title": title, "author": people,
             "issued": {"date-parts": [date]}}
    if r.random() < .6:
        known["abstract"] = abstract(r)
    if kind == "article-journal":
        journal = r.choice(JOURNAL)
        short = " ".join(word[:5] + "." if len(word) > 6 else word for word in journal.split() if len(word) > 2)
        known |= {"container-title": journal, "container-title-short": short,
                  "volume": str(r.randint(1, 400)), "issue": str(r.randint(1, 12)), "page": pages,
                  "DOI": f"10.5555/bench.{year}.{i:05d}"}
        if r.random() < .7:
            known["PMID"] = str(10_000_000 + i)
    elif kind == "webpage":
        known |= {"URL": f"https://example.org/page/{i}", "accessed": {"date-parts": [[2025, 3, 1]]}}
    else:
        known |= {"publisher": r.choice(PRESSES), "publisher-place": r.choice(PLACES)}
        if kind == "chapter":
            known |= {"container-title": f"Textbook of {r.choice(ORGAN)} imaging", "page": pages,
                      "editor": [person(r), person(r)]}
    return known


FIELDS = {"title": "title", "abstract": "abstract", "container-title-short": "shortjournal",
          "volume": "volume", "issue": "number", "DOI": "doi", "PMID": "pmid", "URL": "url",
          "publisher": "publisher", "publisher-place": "location"}
TYPES = {"article-journal": "article", "book": "book", "chapter": "incollection",
         "report": "report", "webpage": "online"}


def names(people):
    return " and ".join(f"{one['family']}, {one['given']}" for one in people)


def date(value):
    return "-".join(f"{part:02d}" for part in value["date-parts"][0])


def bibtex(known):
    fields = {"author": names(known["author"]), "date": date(known["issued"])}
    if "editor" in known:
        fields["editor"] = names(known["editor"])
    if "accessed" in known:
        fields["urldate"] = date(known["accessed"])
    if "container-title" in known:
        kind = "journaltitle" if known["type"] == "article-journal" else "booktitle"
        fields[kind] = known["container-title"]
    if "page" in known:
        fields["pages"] = known["page"].replace("-", "--")
    fields |= {theirs: known[ours].replace("%", "\\%").replace("&", "\\&")
               for ours, theirs in FIELDS.items() if ours in known}
    if known["type"] == "report":
        fields["institution"], fields["type"] = fields.pop("publisher"), "Report"
    lines = "".join(f"  {name} = {{{text}}},\n" for name, text in fields.items())
    return f"@{TYPES[known['type']]}{{{known['id']},\n{lines}}}\n"


def texts(works, count, per_topic=PER_TOPIC):
    """Returns topics, each a list of sections of bullets that cite."""
    r = random.Random(f"{SEED}-citing")
    named, topics = [], []
    for start in range(0, count, per_topic):
        sections = {section: [] for section in SECTIONS}
        for n in range(min(per_topic, count - start)):
            keys = []
            for _ in range(r.choices([1, 2, 3], [80, 15, 5])[0]):
                # One in five has been cited before.
                key = r.choice(named) if named and r.random() < .2 else r.choice(works)["id"]
                keys.append(key)
            named += keys
            keys = list(dict.fromkeys(keys))
            place = f", p. {r.randint(1, 300)}" if r.random() < .1 else ""
            cited = "; ".join(f"@{key}" for key in keys)
            section = SECTIONS[n % len(SECTIONS)]
            sections[section].append(f"- {sentence(r, section)} [{cited}{place}].\n")
        topics.append("\n".join(f"## {section}\n\n{''.join(bullets)}"
                                for section, bullets in sections.items() if bullets))
    return topics


def main():
    entries, citations, folder = int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
    works = [work(i) for i in range(entries)]
    library = {"bib": "".join(bibtex(known) for known in works),
               "json": json.dumps(works, ensure_ascii=False, indent=1) + "\n"}
    topics = texts(works, citations)
    for kind, text in library.items():
        sources = folder / kind / "sources"
        sources.mkdir(parents=True, exist_ok=True)
        (folder / f"library.{kind}").write_text(text)
        (sources / f"library.{kind}").write_text(text)
        (folder / kind / "recto.yaml").write_text(
            f"title: Citations\nidentifier: urn:recto-bench:citations\nhandouts: []\ndecks: []\n"
            f"bibliography: sources/library.{kind}\nallow: [unused-work]\n")
        for n, topic in enumerate(topics):
            (sources / f"topic{n:03d}.md").write_text(f"---\ntitle: Topic {n}\n---\n\n{topic}")
    sources = folder / "many" / "sources"
    sources.mkdir(parents=True, exist_ok=True)
    (sources / "library.bib").write_text(library["bib"])
    books = []
    for n, topic in enumerate(texts(works, MANY * 10, 10)):
        (sources / f"topic{n:03d}.md").write_text(f"---\ntitle: Topic {n}\n---\n\n{topic}")
        books.append(f"  - {{name: book{n:03d}, topics: topic{n:03d}}}\n")
    (folder / "many" / "recto.yaml").write_text(
        "title: Many\nidentifier: urn:recto-bench:many\nhandouts: []\ndecks: []\n"
        f"allow: [unused-work]\nbooks:\n{''.join(books)}")
    whole = "\n".join(f"# Topic {n}\n\n{topic}" for n, topic in enumerate(topics))
    (folder / "pandoc.md").write_text(f"---\ntitle: Citations\nlang: en-US\n---\n\n{whole}\n# References\n")


if __name__ == "__main__":
    main()
