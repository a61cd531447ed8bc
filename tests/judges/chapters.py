#!/usr/bin/env python3
"""Unpacks a book, and prints the paths of its contents page and chapters in reading order.

    chapters.py BOOK.epub FOLDER
"""
from __future__ import annotations

import posixpath
import sys
import urllib.parse
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

NS = {"c": "urn:oasis:names:tc:opendocument:xmlns:container", "o": "http://www.idpf.org/2007/opf"}


def main() -> int:
    book, folder = sys.argv[1], Path(sys.argv[2])
    with zipfile.ZipFile(book) as archive:
        archive.extractall(folder)
        package = ET.fromstring(archive.read("META-INF/container.xml")).find(".//c:rootfile", NS).get("full-path")
        root = ET.fromstring(archive.read(package))
    items = {item.get("id"): item for item in root.iterfind("o:manifest/o:item", NS)}
    nav = [item for item in items.values() if "nav" in (item.get("properties") or "").split()]
    spine = [items[ref.get("idref")] for ref in root.iterfind("o:spine/o:itemref", NS)]
    for item in dict.fromkeys(nav + spine):
        path = posixpath.join(posixpath.dirname(package), urllib.parse.unquote(item.get("href")))
        print((folder / path).resolve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
