#!/usr/bin/env python3
"""Turns every card of a package into two HTML pages, front and back, as Anki's desktop shows them.

    cards.py PACKAGE.apkg FOLDER [--night]

The text comes from Anki's own backend. Writes NAME-front.html and NAME-back.html beside the media, and
prints one line per card: name, note type, images on the front, images on the back, joined by tabs.
The classes of the page are the desktop's. Formulas stay as they are written (the desktop runs MathJax).
"""
from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from anki import import_export_pb2 as pb
from anki.collection import Collection

PAGE = """<!doctype html>
<html class="{html_class}"><head><meta charset="utf-8"><title>{title}</title>
<style>body {{ margin: 20px; overflow-wrap: break-word }} body.nightMode {{ background: #2c2c2c; color: #fcfcfc }}
#image-occlusion-container {{ position: relative }} #image-occlusion-container svg {{ position: absolute }}</style>
<style>{css}</style>
<script>{script}</script></head>
<body class="{body_class}"><div id="qa">{content}</div></body></html>
"""

# Stands in for the desktop's drawing of image occlusions, from the shapes the backend puts into the page.
OCCLUSION = """
window.anki = { imageOcclusion: { setup() {
  const svg = (name, attributes) => {
    const e = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
    return e;
  };
  const layer = svg('svg', { viewBox: '0 0 1 1', preserveAspectRatio: 'none' });
  const fills = { 'cloze': '#ff8e8e', 'cloze-inactive': '#ffeba2', 'cloze-highlight': 'none' };
  for (const shape of document.querySelectorAll('#qa [data-shape]')) {
    const d = shape.dataset, kind = shape.className, front = document.querySelector('#qa .cloze[data-shape]');
    if (kind === 'cloze-inactive' && front && d.occludeinactive !== '1') continue;
    const look = { 'fill': fills[kind] ?? 'none', 'stroke': '#212121', 'stroke-width': 0.003 };
    const [x, y, w, h] = [d.left, d.top, d.width, d.height].map(Number), [rx, ry] = [d.rx, d.ry].map(Number);
    if (d.shape === 'rect') layer.append(svg('rect', { x, y, width: w, height: h, ...look }));
    if (d.shape === 'ellipse') layer.append(svg('ellipse', { cx: x + rx, cy: y + ry, rx, ry, ...look }));
    if (d.shape === 'polygon') layer.append(svg('polygon', { points: d.points, ...look }));
  }
  const container = document.getElementById('image-occlusion-container');
  container.append(layer);
  addEventListener('load', () => {
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = container.querySelector('img');
    Object.assign(layer.style, { left: `${offsetLeft}px`, top: `${offsetTop}px`,
      width: `${offsetWidth}px`, height: `${offsetHeight}px` });
  });
} } };
"""


def write_card(card, folder: Path, night: bool) -> str:
    """Writes both sides, and returns the line that describes the card."""
    note = card.note()
    out = card.render_output(reload=True)
    name = f"{re.sub(r'[^A-Za-z0-9-]+', '_', note.guid)}-{card.ord + 1}"
    images = []
    for side, content in (("front", out.question_text), ("back", out.answer_text)):
        content = re.sub(r"\[\[type:[^\]]*\]\]", "<input id='typeans'>", content)
        images.append(content.count("<img"))
        page = PAGE.format(
            title=f"{name} {side}", css=out.css, script=OCCLUSION, content=content,
            html_class="night-mode" if night else "",
            body_class=f"card card{card.ord + 1} isLin{' nightMode night_mode' if night else ''}")
        (folder / f"{name}-{side}.html").write_text(page, encoding="utf-8")
    return f"{name}\t{note.note_type()['name']}\t{images[0]}\t{images[1]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--night", action="store_true", help="as in Anki's night mode")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile, contextlib.redirect_stdout(sys.stderr):  # anki prints remarks
        col = Collection(os.path.join(profile, "collection.anki2"))
        col.import_anki_package(pb.ImportAnkiPackageRequest(
            package_path=str(args.package), options=col._backend.get_import_anki_package_presets()))
        shutil.copytree(col.media.dir(), args.folder, dirs_exist_ok=True)
        lines = [write_card(col.get_card(id_), args.folder, args.night) for id_ in sorted(col.find_cards(""))]
        col.close()
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
