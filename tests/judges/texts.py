#!/usr/bin/env python3
"""Lets two other readers read a book, and compares what they read with what its documents say.

    texts.py BOOK.epub PANDOC

mupdf (mutool) and pandoc each read it. Every piece of the text of every document in
the spine must be in theirs: letters and digits count, signs and spaces do not, for both set them as
they like. Formulas are left out, for both write them in their own way, and so are the numbers of
notes, for pandoc makes notes of its own of them. Prints what is missing, one line each, and exits 1 if there is anything; 2 if a reader fails.
"""
from __future__ import annotations

import json
import posixpath
import subprocess
import sys
import unicodedata
import urllib.parse
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator

NS = {"c": "urn:oasis:names:tc:opendocument:xmlns:container", "o": "http://www.idpf.org/2007/opf"}
TYPE = "{http://www.idpf.org/2007/ops}type"
NOTES = ("noteref", "backlink")
XHTML = "{http://www.w3.org/1999/xhtml}"
# What stands in a line, and so in one piece with what is around it.
INLINE = {XHTML + name for name in ("a", "b", "cite", "code", "dfn", "em", "i", "s", "span", "strong", "sub", "sup")}
# Neither is text: what stands in a formula, and in a drawing.
APART = ("{http://www.w3.org/1998/Math/MathML}math", "{http://www.w3.org/2000/svg}svg")


def letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def pieces(node: ET.Element) -> Iterator[str]:
    """The pieces of text of an element: those that nothing but words in a line parts."""
    piece = [node.text or ""]
    for child in node:
        if child.get(TYPE) in NOTES:
            yield "".join(piece)
            piece = []
        elif child.tag in INLINE:
            inner = list(pieces(child))
            piece.append(inner[0])
            for part in inner[1:]:
                yield "".join(piece)
                piece = [part]
        else:
            yield "".join(piece)
            piece = []
            if child.tag not in APART:
                yield from pieces(child)
        piece.append(child.tail or "")
    yield "".join(piece)


def said(node: object, notes: list[str]) -> str:
    """What a document of pandoc says; what notes say goes to `notes`, for it stands elsewhere."""
    if isinstance(node, list):
        return "".join(said(child, notes) for child in node)
    if not isinstance(node, dict):
        return ""
    kind, content = node.get("t"), node.get("c")
    if kind in ("Str", "MetaString"):
        return content
    if kind in ("Code", "CodeBlock"):
        return content[1]
    if kind == "Note":
        notes.append(said(content, notes))
        return ""
    if kind == "Math":
        return ""
    values = node.values() if kind is None else [content]
    return "".join(said(value, notes) for value in values)


def by_pandoc(pandoc: str, book: str) -> str:
    document, notes = json.loads(read([pandoc, "--from", "epub", "--to", "json", book])), []
    text = said(document["meta"], notes) + said(document["blocks"], notes)
    return text + "".join(notes)


def documents(book: str) -> Iterator[tuple[str, ET.Element]]:
    with zipfile.ZipFile(book) as archive:
        package = ET.fromstring(archive.read("META-INF/container.xml")).find(".//c:rootfile", NS).get("full-path")
        root = ET.fromstring(archive.read(package))
        items = {item.get("id"): item for item in root.iterfind("o:manifest/o:item", NS)}
        for ref in root.iterfind("o:spine/o:itemref", NS):
            href = urllib.parse.unquote(items[ref.get("idref")].get("href"))
            document = ET.fromstring(archive.read(posixpath.join(posixpath.dirname(package), href)))
            yield href, document.find(XHTML + "body")


# What readers say beside.
said_of: list[str] = []


def read(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode:
        print(f"{command[0]} fails: {done.stderr.strip()[:300]}")
        sys.exit(2)
    for line in done.stderr.splitlines():
        # The first is of its build, the second is said of all of EPUB 3.
        if not line.endswith(("ICC support is not available", "unknown epub version: 3.0")):
            said_of.append(f"{posixpath.basename(command[0])} says: {line}")
    return done.stdout


def main() -> int:
    book, pandoc = sys.argv[1:]
    read_by = {
        "mupdf": read(["mutool", "draw", "-q", "-F", "txt", "-o", "-", book]),
        "pandoc": by_pandoc(pandoc, book),
    }
    count, missing = 0, said_of
    for reader, text in read_by.items():
        text = letters(text)
        for name, body in documents(book):
            for piece in map(letters, pieces(body)):
                count += 1
                if piece not in text:
                    missing.append(f"{reader} does not show of {name}: {piece[:100]}")
    print(*missing[:30], sep="\n", end="\n" if missing else "")
    if not count:
        print("there is no text")
    return int(bool(missing) or not count)


if __name__ == "__main__":
    sys.exit(main())
