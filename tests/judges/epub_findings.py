#!/usr/bin/env python3
"""Reads the JSON report of a judge of books, and prints what it found, one line each.

    epub_findings.py epubcheck|ace REPORT

Exits 0 if there is nothing, 1 if there is something, 2 if the report is not what it should be.
"""
from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

# EPUBCheck's remarks of the severity "usage" count too (a deprecated value, a resource that nothing
# refers to), but for these two, which a good book has.
NORMAL_USAGE = {
    "CSS-028",  # a font of the book's own
    "HTM-005",  # a link out of the book
}


def epubcheck(report: dict[str, Any]) -> Iterator[str]:
    for message in report["messages"]:
        if message["severity"] == "INFO" or message["ID"] in NORMAL_USAGE:
            continue
        places = [f"{p['path']}:{p['line']}:{p['column']}" for p in message["locations"][:3]]
        yield f"{message['severity'].lower()} {message['ID']} {' '.join(places)}: {message['message']}"


def ace(report: dict[str, Any]) -> Iterator[str]:
    for document in report["assertions"]:
        for assertion in document["assertions"]:
            result, test = assertion["earl:result"], assertion["earl:test"]
            if result["earl:outcome"] == "pass":
                continue
            where = document["earl:testSubject"]["url"]
            pointer = " ".join(result.get("earl:pointer", {}).get("css", []))
            yield f"{test['earl:impact']} {test['dct:title']} {where} {pointer}: {result['dct:description']}"
    if not report["assertions"]:
        yield "no document was looked at"


def main() -> int:
    if len(sys.argv) != 3 or sys.argv[1] not in ("epubcheck", "ace"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(sys.argv[2], encoding="utf-8") as file:
            report = json.load(file)
        findings = list(epubcheck(report) if sys.argv[1] == "epubcheck" else ace(report))
    except (OSError, ValueError, KeyError) as error:
        print(f"no report: {type(error).__name__}: {error}")
        return 2
    for finding in findings:
        print(" ".join(finding.split())[:400])
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
