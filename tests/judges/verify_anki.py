#!/usr/bin/env python3
"""Imports decks into an empty collection with Anki's own backend and reports what is wrong.

    verify_anki.py deck.apkg
    verify_anki.py --media-dir media note-types.apkg notes.csv
    verify_anki.py --update deck-v2.apkg --expect notes=12 --expect cards=34 deck-v1.apkg
    verify_anki.py --agree --media-dir media deck.apkg notes.csv

Every file is imported with the settings of a user who clicks only "Import":

  1. into a new profile
  2. the same files again: nothing may change
  3. again, after cards were reviewed, suspended, flagged, and notes tagged and edited: the schedule and
     what the learner did must survive
  4. with --update, a newer build: the schedule must survive, and no note type may be duplicated

Then the collection is checked (Check Database, Empty Cards, Check Media, duplicates), every card is
rendered by the backend and its HTML inspected, and every image occlusion is parsed by the backend.
With --agree only this: the last file, imported after the others, must change nothing at all.

Prints one line per problem; --json prints all that was seen. Exits 0 if there is no problem, 1 if there
is one, 2 if the judge itself failed. Needs the Python package anki (24.6.3, 25.9.2 and 26.9.3 were tried).
"""
from __future__ import annotations

import argparse
import collections
import contextlib
import csv
import html.parser
import io
import json
import os
import re
import shutil
import sqlite3
import sys
import tempfile
import time
import traceback
import urllib.parse
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import anki.buildinfo
import anki.lang
from anki import import_export_pb2 as pb
from anki.collection import Collection, ImportCsvRequest

LOG_KINDS = ("new", "updated", "duplicate", "conflicting", "first_field_match",
             "missing_notetype", "missing_deck", "empty_first_field")
CSV_HEADERS = {"separator", "html", "tags", "columns", "notetype", "deck", "notetype column",
               "deck column", "tags column", "guid column", "if matches", "match scope"}
CSV_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
OCCLUSION_STOCK_KIND = 6
PLAIN_MEDIA_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,119}")
VOID_TAGS = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SELF_CLOSING_TAGS = {"li", "p", "td", "tr", "th", "dt", "dd", "option", "tbody", "thead", "tfoot"}
USER_TAG = "verify::user"
USER_EDIT = "VERIFY USER EDIT"


class Report:
    """Collects problems; the same one is kept once, with its number of times and a few places."""

    def __init__(self, allow: Iterable[str]) -> None:
        self.allow = set(allow)
        self.items: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, code: str, message: str, where: str = "") -> None:
        item = self.items.setdefault((code, message), {
            "code": code, "message": message, "allowed": code in self.allow, "count": 0, "where": []})
        item["count"] += 1
        if where and len(item["where"]) < 3 and where not in item["where"]:
            item["where"].append(where)

    def problems(self) -> list[dict[str, Any]]:
        return sorted(self.items.values(), key=lambda item: (item["allowed"], item["code"], item["message"]))


# ---- The files, before the import


def read_static(path: Path, report: Report) -> dict[str, Any]:
    return read_csv(path, report) if path.suffix == ".csv" else read_apkg(path, report)


def read_csv(path: Path, report: Report) -> dict[str, Any]:
    """Reads the file the way its author meant it, to compare with what Anki makes of it."""
    info: dict[str, Any] = {"headers": {}, "rows": 0}
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        report.add("csv_encoding", f"not UTF-8: {error}")
        return info
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    body = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    headers = dict(line[1:].rstrip("\r\n").split(":", 1) for line in lines[:body] if ":" in line)
    info["headers"] = headers
    if body < len(lines) and lines[body].startswith('"#'):
        report.add("csv_header_quoted", "header lines are quoted: Anki reads them as notes")
    for key in headers.keys() - CSV_HEADERS:
        report.add("csv_header_unknown", f"Anki does not know the header #{key}:")
    for key in ("separator", "html", "if matches", "guid column"):
        if key not in headers:
            report.add("csv_header_missing", f"#{key}: is not set: Anki guesses, or takes the user's last choice")
    order = list(headers)
    if {"columns", "separator"} <= headers.keys() and order.index("columns") < order.index("separator"):
        report.add("csv_header_order", "#columns: stands before #separator: and is split by the wrong character")

    separator = headers.get("separator", "")
    delimiter = CSV_DELIMITERS.get(separator.lower(), separator[:1] or "\t")
    rows = [row for row in csv.reader(io.StringIO("".join(lines[body:]), newline=""), delimiter=delimiter) if row]
    info["rows"] = len(rows)
    widths = collections.Counter(len(row) for row in rows)
    if len(widths) > 1:
        report.add("csv_ragged", f"rows differ in width {dict(widths)}: Anki up to 25.09 cuts those wider than the first")

    def column(key: str) -> list[str]:
        value = headers.get(key, "")
        return [row[int(value) - 1] for row in rows if len(row) >= int(value)] if value.isdigit() else []

    check_guids(collections.Counter(column("guid column")), report)
    for deck in set(column("deck column")):
        if not deck.strip():
            report.add("csv_deck_empty", "empty deck cell: cards go to a deck named 'blank'")
        elif deck.strip().lstrip("-").isdigit():
            report.add("csv_deck_numeric", f"deck {deck!r} is a number: taken for an id, the note is skipped")
    return info


def check_guids(times: dict[str, int], report: Report) -> None:
    for guid, n in times.items():
        if not guid.strip():
            report.add("guid_empty", f"{n} notes without a GUID")
        elif n > 1:
            report.add("guid_duplicate", f"GUID {guid!r} is used by {n} notes: Anki adds them all, then mixes them up")


def read_apkg(path: Path, report: Report) -> dict[str, Any]:
    """Looks into a package of the legacy format, which every version of Anki imports."""
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            if "collection.anki2" not in names or "media" not in names:
                report.add("apkg_layout", f"collection.anki2 or media is missing: {sorted(names)[:5]}")
                return {}
            media = json.loads(package.read("media"))
            database = package.read("collection.anki2")
    except (zipfile.BadZipFile, ValueError) as error:
        report.add("apkg_zip", str(error))
        return {}
    for index, name in media.items():
        if index not in names:
            report.add("apkg_media_gap", f"the media map names {name!r} as {index}, which is not in the archive")
        if not PLAIN_MEDIA_NAME.fullmatch(name):
            report.add("media_name", f"media name {name!r} is not plain [A-Za-z0-9._-]")
    for name, n in collections.Counter(media.values()).items():
        if n > 1:
            report.add("apkg_media_twice", f"media name {name!r} occurs {n} times")
    with tempfile.NamedTemporaryFile(suffix=".db") as file:
        file.write(database)
        file.flush()
        with contextlib.closing(sqlite3.connect(file.name)) as db:
            return {"media": len(media), **read_apkg_database(db, report)}


def read_apkg_database(db: sqlite3.Connection, report: Report) -> dict[str, Any]:
    def number(query: str, *args: Any) -> int:
        return db.execute(query, args).fetchone()[0]

    check_guids(dict(db.execute("select guid, count() from notes group by guid")), report)
    if future := number("select count() from notes where mod > ?", int(time.time()) + 60):
        report.add("apkg_mod_future", f"{future} notes are dated in the future: later builds will not update them")
    if bare := number("select count() from notes where id not in (select nid from cards)"):
        report.add("apkg_note_without_cards", f"{bare} notes have no card, and the importer makes none")
    models = json.loads(db.execute("select models from col").fetchone()[0])
    for model in models.values():
        if any(part.get("id") is None for part in model["flds"] + model["tmpls"]):
            report.add("apkg_no_field_ids", f"note type {model['name']!r} has fields or templates without an id: "
                                            "a rename duplicates the note type")
    return {"schema": number("select ver from col"), "notes": number("select count() from notes"),
            "cards": number("select count() from cards")}


# ---- Importing


def import_csv(col: Collection, path: Path, static: dict[str, Any], report: Report) -> Any:
    """As the import screen does: takes what Anki derives, and changes nothing."""
    meta = col.get_csv_metadata(str(path), None)
    headers = static["headers"]
    if meta.WhichOneof("notetype") == "global_notetype":
        notetype = col.models.get(meta.global_notetype.id)
        asked = headers.get("notetype")
        if asked is not None and asked not in (notetype["name"], str(notetype["id"])):
            report.add("csv_notetype_fallback", f"note type {asked!r} does not exist: Anki silently uses "
                                                f"{notetype['name']!r}")
        if meta.guid_column and meta.guid_column in meta.global_notetype.field_columns:
            report.add("csv_guid_in_field", "the GUID column is also imported as a field")
        if meta.tags_column and "tags column" not in headers:
            report.add("csv_tags_guess", f"column {meta.tags_column} is taken for tags though #tags column: is not set")
    for understood, key in ((meta.force_delimiter, "separator"), (meta.force_is_html, "html")):
        if key in headers and not understood:
            report.add("csv_header_ignored", f"#{key}:{headers[key]} was not understood")
    log = col.import_csv(ImportCsvRequest(path=str(path), metadata=meta)).log
    if log.found_notes != static["rows"]:
        report.add("csv_rows_lost", f"{static['rows']} rows in the file, but Anki found {log.found_notes} "
                                    "(a row that starts with an unquoted # is a comment)")
    return log


def import_apkg(col: Collection, path: Path) -> Any:
    """With the presets of a new profile: update if newer, no scheduling, no merging."""
    options = col._backend.get_import_anki_package_presets()
    return col.import_anki_package(pb.ImportAnkiPackageRequest(package_path=str(path), options=options)).log


def import_file(col: Collection, path: Path, static: dict[str, Any], report: Report) -> dict[str, int]:
    """Returns how many notes had which fate."""
    try:
        log = import_csv(col, path, static, report) if path.suffix == ".csv" else import_apkg(col, path)
    except Exception as error:  # whatever the backend refuses is a finding
        report.add("import_failed", f"{type(error).__name__}: {error}", path.name)
        return {}
    fates = {kind: len(getattr(log, kind)) for kind in LOG_KINDS if len(getattr(log, kind))}
    for kind, text in (("missing_notetype", "the note type does not exist, notes skipped"),
                       ("missing_deck", "the deck could not be found, notes skipped"),
                       ("empty_first_field", "the first field is empty, notes skipped"),
                       ("conflicting", "the existing note has another note type, notes not updated")):
        if fates.get(kind):
            report.add(f"import_{kind}", f"{fates[kind]} x {text}", path.name)
    return {"found": log.found_notes, **fates}


# ---- What is in the collection


def schedule(col: Collection) -> dict[int, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in col.db.all(
        "select id, nid, ord, did, type, queue, due, ivl, factor, reps, lapses, odue, odid, flags from cards")}


def contents(col: Collection) -> dict[int, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in col.db.all("select id, guid, mid, flds, tags from notes")}


def notetypes(col: Collection) -> dict[int, str]:
    return {notetype.id: notetype.name for notetype in col.models.all_names_and_ids()}


def counts(col: Collection) -> dict[str, Any]:
    names = notetypes(col)
    return {
        "notes": col.note_count(), "cards": col.card_count(),
        "notes_by_type": {names[m]: n for m, n in col.db.all("select mid, count() from notes group by mid")},
        "cards_by_deck": {col.decks.name(d): n for d, n in col.db.all("select did, count() from cards group by did")}}


def study(col: Collection, limit: int = 8) -> tuple[int, int]:
    """Reviews some cards, then does what learners do. Returns the notes that were tagged and edited."""
    answered = 0
    for deck in col.decks.all_names_and_ids():
        col.decks.select(deck.id)
        while answered < limit and (card := col.sched.getCard()):
            col.sched.answerCard(card, 4)
            answered += 1
    cards, notes = sorted(col.find_cards("")), sorted(col.find_notes(""))
    col.sched.suspend_cards([cards[-1]])
    col.set_user_flag_for_cards(3, [cards[0]])
    dates = dict(col.db.all("select id, mod from notes"))
    tagged = col.get_note(notes[0])
    tagged.tags.append(USER_TAG)
    col.update_note(tagged)
    edited = col.get_note(notes[-1])
    # Not an empty field: filling one may switch a conditional card on.
    last_filled = max((i for i, field in enumerate(edited.fields) if field.strip()), default=0)
    edited.fields[last_filled] += USER_EDIT
    col.update_note(edited)
    # The learner did so shortly after the first import, long before a newer build was made.
    for note in (tagged, edited):
        col.db.execute("update notes set mod = ? where id = ?", dates[note.id] + 1, note.id)
    return tagged.id, edited.id


def check_traces(col: Collection, tagged: int, edited: int, report: Report) -> None:
    if USER_TAG not in col.get_note(tagged).tags:
        report.add("user_tag_lost", "importing the unchanged file again removes tags that the learner added")
    if not any(USER_EDIT in field for field in col.get_note(edited).fields):
        report.add("user_edit_lost", "importing the unchanged file again overwrites what the learner edited")


def check_schedule(before: dict[int, tuple[Any, ...]], after: dict[int, tuple[Any, ...]], what: str,
                   report: Report) -> None:
    if lost := [card for card in before if card not in after]:
        report.add("cards_lost", f"{len(lost)} cards disappeared on {what}")
    if changed := [card for card in before if card in after and before[card] != after[card]]:
        report.add("schedule_changed", f"{len(changed)} cards changed schedule, deck, flag or suspension on {what}")


# ---- Cards as they are shown


class Audit(html.parser.HTMLParser):
    """What one side of a card holds: text, media, scripts, and tags that do not pair."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.unbalanced: set[str] = set()
        self.media: list[str] = []
        self.without_alt = 0
        self.scripts: list[str] = []
        self.pieces: list[str] = []
        self.feed(markup)
        self.close()
        self.unbalanced.update(f"<{tag}>" for tag in self.stack if tag not in SELF_CLOSING_TAGS)
        self.text = " ".join("".join(self.pieces).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        source = attributes.get("src") or attributes.get("data" if tag == "object" else "href") or ""
        if tag in ("img", "source", "audio", "video", "embed", "iframe", "object") and source:
            self.media.append(source)
            self.without_alt += tag == "img" and "alt" not in attributes
        if tag in ("script", "link") and source:
            self.scripts.append(source)
        if tag not in VOID_TAGS:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID_TAGS:
            return
        while self.stack and self.stack[-1] != tag and self.stack[-1] in SELF_CLOSING_TAGS:
            self.stack.pop()
        if self.stack and self.stack[-1] == tag:
            self.stack.pop()
        else:
            self.unbalanced.add(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.stack):
            self.pieces.append(data)


def inspect_card(col: Collection, card: Any, report: Report) -> None:
    note = card.note()
    notetype = note.note_type()
    where = f"{note.guid} card {card.ord + 1} ({notetype['name']})"
    try:
        out = card.render_output(reload=True)
    except Exception as error:  # a template's error surfaces here
        report.add("render_failed", f"{type(error).__name__}: {error}", where)
        return
    question, answer = Audit(out.question_text), Audit(out.answer_text)
    if "docs.ankiweb.net/templates/errors.html" in out.question_text + out.answer_text:
        report.add("render_error", question.text[:160], where)
        return
    occlusion = notetype.get("originalStockKind") == OCCLUSION_STOCK_KIND
    if notetype["type"] == 1 and 'class="cloze"' not in out.question_text and not re.search(r"\[[^\]]*\]", question.text):
        report.add("cloze_missing", "a cloze card shows no blank on its question side", where)
    if not occlusion and question.text.casefold() == answer.text.casefold() and not answer.media:
        report.add("answer_equals_question", "the answer shows nothing that the question does not", where)
    for side, markup, audit in (("question", out.question_text, question), ("answer", out.answer_text, answer)):
        inspect_side(col, side, markup, audit, occlusion, where, report)
    for tag in list(out.question_av_tags) + list(out.answer_av_tags):
        if (name := getattr(tag, "filename", "")) and not (Path(col.media.dir()) / name).exists():
            report.add("media_missing", f"sound {name!r} is not in the media folder", where)


def inspect_side(col: Collection, side: str, markup: str, audit: Audit, occlusion: bool, where: str,
                 report: Report) -> None:
    text = audit.text
    if not text and not audit.media:
        report.add("side_empty", f"the {side} is empty", where)
    if audit.unbalanced and not occlusion:
        report.add("html_unbalanced", f"{side}: {' '.join(sorted(audit.unbalanced))} do not pair", where)
    outside_math = re.sub(r"\\\(.*?\\\)|\\\[.*?\\\]", "", text)
    if re.search(r"\{\{(?:c\d|[#^/]|cloze:|type:)", text) or "}}" in outside_math:
        report.add("stray_braces", f"{side}: braces of a cloze or template are visible: {text[:80]!r}", where)
    if text.count("\\(") != text.count("\\)") or text.count("\\[") != text.count("\\]"):
        report.add("mathjax_unbalanced", f"{side}: delimiters of a formula do not pair", where)
    if re.search(r"\[(?:latex|\$\$?)\]", markup):
        report.add("legacy_latex", f"{side}: [latex] and [$] need LaTeX on the learner's desktop", where)
    if audit.without_alt:
        report.add("img_no_alt", f"{side}: an image without alternative text", where)
    for source in audit.scripts:
        report.add("remote_script", f"{side}: script or style sheet {source[:80]!r}", where)
    for source in audit.media:
        name = urllib.parse.unquote(source)
        if re.match(r"[a-z][a-z0-9+.-]*:|//", source, re.IGNORECASE):
            report.add("media_remote", f"{source[:80]!r} is not a file of the media folder", where)
        elif "/" in name or "\\" in name:
            report.add("media_path", f"{source!r}: media cannot be in a folder", where)
        elif not (Path(col.media.dir()) / name).exists():
            report.add("media_missing", f"{name!r} is not in the media folder", where)


def inspect_occlusion(col: Collection, nid: int, report: Report) -> int:
    """Returns how many shapes the backend reads from an image occlusion note."""
    guid = col.get_note(nid).guid
    answer = col._backend.get_image_occlusion_note(note_id=nid)
    if answer.WhichOneof("value") != "note":
        report.add("io_invalid", f"the backend cannot read the note: {answer.error[:120]}", guid)
        return 0
    if not answer.note.image_data:
        report.add("io_no_image", "the image of the occlusion note is missing", guid)
    shapes = 0
    for occlusion in answer.note.occlusions:
        for shape in occlusion.shapes:
            shapes += occlusion.ordinal > 0
            at = {p.name: p.value for p in shape.properties}
            try:
                left, top = float(at["left"]), float(at["top"])
                width = float(at.get("width", 0)) or 2 * float(at.get("rx", 0))
                height = float(at.get("height", 0)) or 2 * float(at.get("ry", 0))
            except (KeyError, ValueError):
                report.add("io_shape", f"{shape.shape}: left or top is missing or not a number", guid)
                continue
            if shape.shape in ("rect", "ellipse") and (width <= 0 or height <= 0):
                report.add("io_shape", f"{shape.shape} has no size", guid)
            if min(left, top) < -0.001 or left + width > 1.001 or top + height > 1.001:
                report.add("io_shape", f"{shape.shape} lies outside the image: coordinates are fractions", guid)
    if not shapes:
        report.add("io_no_shape", "an image occlusion without a shape", guid)
    return shapes


def check_collection(col: Collection, report: Report) -> dict[str, Any]:
    before = col.card_count()
    message, ok = col.fix_integrity()
    if made := col.card_count() - before:
        report.add("cards_missing", f"Check Database had to create {made} cards that the file did not bring")
    if not ok:
        report.add("check_database", "; ".join(message.split("\n")))
    for note in col._backend.get_empty_cards().notes:
        report.add("empty_card", f"Empty Cards would delete {len(note.card_ids)} cards", col.get_note(note.note_id).guid)
    media = col.media.check()
    for name in media.missing:
        report.add("media_missing", f"Check Media: {name!r} is referred to but absent")
    for name in media.unused:
        report.add("media_unused", f"Check Media: nothing refers to {name!r}")
    check_guids(dict(col.db.all("select guid, count() from notes group by guid")), report)
    for (field,) in col.db.all("select min(sfld) from notes group by mid, csum having count() > 1"):
        report.add("first_field_duplicate", f"notes of one type share their first field: {str(field)[:60]!r}")
    cards = sorted(col.find_cards(""))
    for card in cards:
        inspect_card(col, col.get_card(card), report)
    occlusions = [nid for notetype in col.models.all() if notetype.get("originalStockKind") == OCCLUSION_STOCK_KIND
                  for nid in col.models.nids(notetype["id"])]
    return {"rendered_cards": len(cards), "media": len(os.listdir(col.media.dir())), "occlusion_notes": len(occlusions),
            "occlusion_shapes": sum(inspect_occlusion(col, nid, report) for nid in occlusions)}


# ---- The run


def verify(col: Collection, args: argparse.Namespace, report: Report) -> dict[str, Any]:
    stock = notetypes(col)
    statics = {path: read_static(path, report) for path in args.files}

    def import_all() -> dict[str, dict[str, int]]:
        return {path.name: import_file(col, path, statics[path], report) for path in args.files}

    result: dict[str, Any] = {"files": {path.name: static for path, static in statics.items()}}
    result["imports"] = [import_all()]
    first, types = contents(col), notetypes(col)
    result["notetypes_added"] = sorted(name for id_, name in types.items() if id_ not in stock)
    if not first:
        report.add("nothing_imported", "the collection is empty after the import")
        return result
    again = import_all()
    result["imports"].append(again)
    for name, fates in again.items():
        if fates.get("new") or fates.get("updated"):
            report.add("reimport_not_idempotent", f"importing {name} twice: {fates}")
    if contents(col) != first:
        report.add("reimport_changes_notes", "notes differ after importing the same files twice")
    check_notetypes(types, col, "the second import", report)
    result["counts"] = counts(col)
    result["checks"] = check_collection(col, report)

    traces = study(col)
    before = schedule(col)
    result["imports"].append(import_all())
    check_schedule(before, schedule(col), "an import after reviews", report)
    check_traces(col, *traces, report)

    if args.update:
        before = schedule(col)
        result["update"] = {path.name: import_file(col, path, read_static(path, report), report) for path in args.update}
        check_schedule(before, schedule(col), "the update", report)
        check_notetypes(types, col, "the update", report)
        for kind, wanted in args.expect_update:
            got = sum(fates.get(kind, 0) for fates in result["update"].values())
            if got != wanted:
                report.add("expectation", f"expected the update to have {kind}={wanted}, got {got}")
        for tag, wanted in args.expect_tagged:
            got = len(col.find_notes(f"tag:{tag}"))
            if got != wanted:
                report.add("expectation", f"expected {wanted} notes with the tag {tag} after the update, got {got}")
        result["update"]["counts"] = counts(col)
        result["update"]["checks"] = check_collection(col, report)
    for key, wanted in args.expect.items():
        seen = result["counts"]
        got = seen.get(key, seen["notes_by_type"].get(key, seen["cards_by_deck"].get(key, 0)))
        if got != wanted:
            report.add("expectation", f"expected {key}={wanted}, got {got}")
    return result


def check_notetypes(known: dict[int, str], col: Collection, what: str, report: Report) -> None:
    """Anki names the copy of a note type that it could not merge `Name+` or `Name-<hash>`."""
    added = [name for id_, name in notetypes(col).items() if id_ not in known]
    if copies := [name for name in added if re.search(r"\+$|-[0-9a-f]{5,}$", name) or name in known.values()]:
        report.add("notetype_duplicated", f"{what} duplicated note types: {copies}")


def agree(col: Collection, args: argparse.Namespace, report: Report) -> dict[str, Any]:
    *earlier, last = args.files
    for path in earlier:
        import_file(col, path, read_static(path, report), report)
    before = contents(col)
    fates = import_file(col, last, read_static(last, report), report)
    after = contents(col)
    for nid in sorted(after.keys() - before.keys()):
        report.add("notes_differ", f"only {last.name} has this note", after[nid][0])
    for nid in sorted(before.keys() & after.keys()):
        if before[nid] != after[nid]:
            report.add("notes_differ", f"{last.name} says it differently", after[nid][0])
    if fates.get("found") != len(before):
        report.add("notes_differ", f"{last.name} has {fates.get('found')} notes, the files before it {len(before)}")
    return {"imports": [fates]}


def expectation(text: str) -> tuple[str, int]:
    key, value = text.rsplit("=", 1)
    return key, int(value)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help=".csv or .apkg, imported in this order")
    parser.add_argument("--media-dir", type=Path, help="copied into collection.media first, as a user of CSV does by hand")
    parser.add_argument("--update", action="append", default=[], metavar="FILE", type=Path, help="a newer build")
    parser.add_argument("--expect-update", action="append", default=[], metavar="KIND=N", type=expectation,
                        help="how many notes the newer build brings as new or updated")
    parser.add_argument("--agree", action="store_true", help="the last file must change nothing")
    parser.add_argument("--lang", default="en_US", help="the new profile's language: stock note types are localized")
    parser.add_argument("--expect-tagged", action="append", default=[], metavar="TAG=N", type=expectation,
                        help="how many notes have a tag after the update")
    parser.add_argument("--expect", action="append", default=[], metavar="KEY=N", type=expectation,
                        help="notes=, cards=, <note type>= or <deck>=")
    parser.add_argument("--allow", action="append", default=[], metavar="CODE", help="this is not a problem")
    parser.add_argument("--json", action="store_true", help="print all that was seen")
    args = parser.parse_args()
    args.expect = dict(args.expect)
    report = Report(args.allow)
    for path in args.files + args.update:
        if not path.is_file() or path.suffix not in (".csv", ".apkg"):
            print(f"{path} is missing, or neither .csv nor .apkg")
            return 2
    if args.media_dir and not args.media_dir.is_dir():
        print(f"{args.media_dir} is missing")
        return 2
    anki.lang.set_lang(args.lang)
    result: dict[str, Any] = {"anki": anki.buildinfo.version, "lang": args.lang}
    with tempfile.TemporaryDirectory() as profile, contextlib.redirect_stdout(sys.stderr):  # anki prints remarks
        col = Collection(os.path.join(profile, "collection.anki2"))
        try:
            if args.media_dir:
                shutil.copytree(args.media_dir, col.media.dir(), dirs_exist_ok=True)
            result |= agree(col, args, report) if args.agree else verify(col, args, report)
        except Exception:
            traceback.print_exc()
            return 2
        finally:
            col.close()
    result["problems"] = report.problems()
    bad = [problem for problem in result["problems"] if not problem["allowed"]]
    if args.json:
        json.dump(result, sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        for problem in bad:
            times = f" ({problem['count']} times)" if problem["count"] > 1 else ""
            print(f"{problem['code']}: {problem['message']}{times}{''.join(f' | {w}' for w in problem['where'])}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
