#!/usr/bin/env python3
"""Judges whether a PDF would print well, with poppler and mupdf as witnesses.

    printcheck.py [--trim 210x297|same] [--margin 10] [--dpi 200] [--min-pt 6] [--bleed 3] [--note CODE]... FILE

Prints one line per finding, `CODE page N: what`; a finding whose code was named with --note starts with
`note:` and does not count. Exits 0 if nothing counts, 1 if something does, 2 if the file cannot be read.

    font-embed     a font is not embedded            font-unicode  a font whose text cannot be copied
    font-type3     a font of drawn glyphs            image-dpi     an image below the resolution
    image-aspect   an image is stretched             trim-size     a page of another size
    box-nesting    page boxes not inside each other  bleed         less bleed than asked for
    rotate         a page turned by a flag           text-margin   a word outside the margins
    text-overlap   two words on top of each other    word-clipped  a word cut off or without contrast
    ink-margin     ink outside the margins           thin-page     a page with next to nothing on it
    black-rgb      black text made of colors         tiny-text     text too small to read
"""
from __future__ import annotations

import argparse
import collections
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

MM = 72 / 25.4
RENDER_DPI = 144
INK = 200  # a pixel darker than this is ink
CONTRAST = 60  # of 255: less than this at one end of a word means that it is cut off or invisible
THIN_LINES, THIN_HEIGHT = 3, 0.1  # a page with less than both of these was not worth the paper
RUNNING_HEAD = 15  # points inside the margin that do not count as the page's content
FLOOR_PT = 4.5  # even an exponent or an index is not smaller
XHTML = {"x": "http://www.w3.org/1999/xhtml"}

Box = tuple[float, float, float, float]


class Judge:
    """Collects the findings of one file; the same finding is reported once, with its number of times."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.found: collections.Counter[tuple[str, str]] = collections.Counter()

    def find(self, code: str, what: str) -> None:
        self.found[code, what] += 1

    def report(self) -> bool:
        """Prints all findings, and returns whether any of them counts."""
        bad = False
        for (code, what), times in self.found.items():
            note = code in self.args.note
            bad |= not note
            print(f"{'note: ' if note else ''}{code} {what}{f' ({times} times)' if times > 1 else ''}")
        return bad


def run(*command: str) -> str:
    """Returns what a tool prints, and ends the script if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode:
        print(f"unreadable: {command[0]} exits {done.returncode}: {done.stderr.strip()[:300]}")
        sys.exit(2)
    return done.stdout


def judge_fonts(judge: Judge) -> None:
    for line in run("pdffonts", judge.args.pdf).splitlines()[2:]:
        name = line.split()[0]
        embedded, _subset, unicode = line.rsplit(None, 5)[1:4]
        if embedded != "yes":
            judge.find("font-embed", name)
        if unicode != "yes":
            judge.find("font-unicode", name)
        if " Type 3 " in line:
            judge.find("font-type3", name)


def judge_images(judge: Judge) -> None:
    for line in run("pdfimages", "-list", judge.args.pdf).splitlines()[2:]:
        cells = line.split()
        page, kind, width, height = cells[0], *cells[2:5]
        if kind != "image":
            continue
        x, y = float(cells[-4]), float(cells[-3])
        if min(x, y) < judge.args.dpi:
            judge.find("image-dpi", f"page {page}: {width}x{height} pixels at {min(x, y):.0f} dpi")
        if abs(x - y) / max(x, y) > 0.02:
            judge.find("image-aspect", f"page {page}: {x:.0f} dpi across, {y:.0f} dpi down")


def judge_boxes(judge: Judge) -> list[Box]:
    """Returns every page's trim box, measured from the top left corner of its media box."""
    boxes: dict[int, dict[str, Box]] = collections.defaultdict(dict)
    for line in run("pdfinfo", "-box", "-f", "1", "-l", "100000", judge.args.pdf).splitlines():
        if m := re.match(r"Page\s+(\d+) (\w+)Box:\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)", line):
            boxes[int(m[1])][m[2]] = tuple(float(v) for v in m.groups()[2:])
        elif (m := re.match(r"Page\s+(\d+) rot:\s+(\d+)", line)) and m[2] != "0":
            judge.find("rotate", f"page {m[1]}: turned by {m[2]} degrees")
    wanted = None
    if judge.args.trim != "same":
        wanted = tuple(float(v) * MM for v in judge.args.trim.split("x"))
    trims = []
    for page, box in sorted(boxes.items()):
        media, bleed, trim = box["Media"], box["Bleed"], box["Trim"]
        size = trim[2] - trim[0], trim[3] - trim[1]
        wanted = wanted or size
        if any(abs(a - b) > 1 for a, b in zip(size, wanted)):
            judge.find("trim-size", f"page {page}: {size[0] / MM:.1f} x {size[1] / MM:.1f} mm")
        if not (inside(bleed, media) and inside(trim, bleed)):
            judge.find("box-nesting", f"page {page}")
        if judge.args.bleed and trim[0] - bleed[0] < judge.args.bleed * MM - 0.2:
            judge.find("bleed", f"page {page}: {(trim[0] - bleed[0]) / MM:.1f} mm")
        trims.append((trim[0] - media[0], media[3] - trim[3], trim[2] - media[0], media[3] - trim[1]))
    return trims


def inside(inner: Box, outer: Box) -> bool:
    return all(i >= o - 0.1 for i, o in zip(inner[:2], outer[:2])) and all(
        i <= o + 0.1 for i, o in zip(inner[2:], outer[2:]))


def box_of(element: ET.Element) -> Box:
    return tuple(float(element.get(k, "nan")) for k in ("xMin", "yMin", "xMax", "yMax"))


def judge_words(judge: Judge, number: int, words: list[tuple[Box, str]], safe: Box) -> None:
    for box, text in words:
        if box[0] < safe[0] - 0.5 or box[2] > safe[2] + 0.5 or box[1] < safe[1] - 0.5 or box[3] > safe[3] + 0.5:
            judge.find("text-margin", f"page {number}: {text[:30]!r} at {[round(v) for v in box]} pt")
    boxes = np.array([box for box, _ in words]).reshape(-1, 4)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    for i, (box, text) in enumerate(words):
        across = np.minimum(box[2], boxes[i + 1:, 2]) - np.maximum(box[0], boxes[i + 1:, 0])
        down = np.minimum(box[3], boxes[i + 1:, 3]) - np.maximum(box[1], boxes[i + 1:, 1])
        shared = (across > 0) & (down > 0) & (across * down > 0.3 * np.minimum(areas[i], areas[i + 1:]))
        for j in np.nonzero(shared)[0]:
            judge.find("text-overlap", f"page {number}: {text[:20]!r} and {words[i + 1 + j][1][:20]!r}")


def judge_ink(judge: Judge, number: int, page: ET.Element, words: list[tuple[Box, str]],
              gray: np.ndarray, safe: Box) -> None:
    scale = RENDER_DPI / 72
    for box, text in words:
        x0, y0, x1, y1 = (v * scale for v in box)
        if len(text) < 3 or y1 - y0 > 3 * (x1 - x0):
            continue
        area = gray[max(0, int(y0)):int(y1) + 1, max(0, int(x0)):int(x1) + 1].astype(int)
        end = max(3, area.shape[1] // len(text))
        if area.size and min(np.ptp(area[:, :end]), np.ptp(area[:, -end:])) < CONTRAST:
            judge.find("word-clipped", f"page {number}: {text[:30]!r}")
    ink = gray < INK
    left, top, right, bottom = (round(v * scale) for v in safe)
    if not judge.args.bleed:
        outside = ink.copy()
        outside[max(0, top - 2):bottom + 2, max(0, left - 2):right + 2] = False
        if outside.sum() > 12:
            y, x = np.argwhere(outside).mean(0) / scale
            judge.find("ink-margin", f"page {number}: {outside.sum()} pixels around ({x:.0f}, {y:.0f}) pt")
    head = int(RUNNING_HEAD * scale)
    rows = np.nonzero(ink[top + head:bottom - head, left:right].any(1))[0]
    used = (rows.max() - rows.min()) / (bottom - top - 2 * head) if len(rows) else 0
    lines = [box_of(line) for line in page.iterfind(".//x:line", XHTML)]
    baselines = {round(b[3] / 3) for b in lines if b[1] > safe[1] + RUNNING_HEAD and b[3] < safe[3] - RUNNING_HEAD}
    if len(baselines) < THIN_LINES and used < THIN_HEIGHT:
        judge.find("thin-page", f"page {number}: {len(baselines)} lines, {used:.0%} of the height used")


def judge_layout(judge: Judge, trims: list[Box]) -> None:
    margin = judge.args.margin * MM
    xml = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", run("pdftotext", "-bbox-layout", judge.args.pdf, "-"))
    pages = ET.fromstring(xml).findall(".//x:page", XHTML)
    for number, (page, trim, gray) in enumerate(zip(pages, trims, rendered(judge.args.pdf), strict=True), 1):
        safe = trim[0] + margin, trim[1] + margin, trim[2] - margin, trim[3] - margin
        words = [(box_of(word), word.text or "") for word in page.iterfind(".//x:word", XHTML)]
        judge_words(judge, number, words, safe)
        judge_ink(judge, number, page, words, gray, safe)


def rendered(pdf: str) -> Iterator[np.ndarray]:
    """Yields the pages in gray."""
    with tempfile.TemporaryDirectory() as folder:
        run("pdftoppm", "-r", str(RENDER_DPI), "-gray", pdf, f"{folder}/page")
        for file in sorted(Path(folder).iterdir()):
            with Image.open(file) as image:
                yield np.asarray(image)
            file.unlink()


def judge_text(judge: Judge) -> None:
    """Near-black text must be gray or black ink; text must be large enough, exponents and indices aside."""
    colors: collections.Counter[str] = collections.Counter()
    small: collections.Counter[float] = collections.Counter()
    size, letters = 0.0, 0
    for line in run("mutool", "trace", judge.args.pdf).splitlines() + ["</span>"]:
        if m := re.search(r'<fill_text .*?color="([^"]+)"', line):
            colors[m[1]] += 1
        elif m := re.search(r'<span .*?trm="([^"]+)"', line):
            matrix = [float(v) for v in m[1].split()]
            size, letters = round(abs(matrix[3]) or abs(matrix[1]), 1), 0
        elif m := re.search(r'<g unicode="([^"]*)"', line):
            letters += m[1].isalpha()
        elif "</span>" in line and 0 < size < (judge.args.min_pt if letters > 3 else FLOOR_PT):
            small[size] += 1
    for color, times in colors.items():
        parts = [float(v) for v in color.split()]
        gray_of_three = len(parts) == 3 and max(parts) < 0.35 and max(parts) - min(parts) < 0.01
        four_inks = len(parts) == 4 and parts[3] > 0.6 and max(parts[:3]) > 0.05
        if gray_of_three or four_inks:
            judge.find("black-rgb", f"color {color}, {times} runs of text")
    for points, times in sorted(small.items()):
        judge.find("tiny-text", f"{points} pt, {times} runs of text")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pdf", metavar="FILE")
    parser.add_argument("--trim", default="210x297", help="the page in mm, or `same`: all like the first")
    parser.add_argument("--margin", type=float, default=10, help="no ink nearer to the edge, in mm")
    parser.add_argument("--dpi", type=float, default=200, help="the least resolution of an image")
    parser.add_argument("--min-pt", type=float, default=6, help="the smallest text")
    parser.add_argument("--bleed", type=float, default=0, help="the bleed in mm; ink may then leave the page")
    parser.add_argument("--note", action="append", default=[], metavar="CODE", help="report, but do not count")
    judge = Judge(parser.parse_args())
    judge_fonts(judge)
    judge_images(judge)
    judge_layout(judge, judge_boxes(judge))
    judge_text(judge)
    return int(judge.report())


if __name__ == "__main__":
    sys.exit(main())
