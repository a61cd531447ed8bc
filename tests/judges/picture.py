#!/usr/bin/env python3
"""Makes a small PNG for the README from one picture, or from several side by side.

    picture.py OUT.png PICTURE...
"""
from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image, ImageOps

WIDTH = 1000
GUTTER = 16
MOST_BYTES = 200_000
COLORS = (256, 128, 64, 32)


def main() -> int:
    out, *sources = sys.argv[1:]
    width = (WIDTH - GUTTER * (len(sources) - 1)) // len(sources)
    parts = []
    for source in sources:
        with Image.open(source) as image:
            sheet = image.convert("RGB")
        sheet = sheet.resize((width - 2, round(sheet.height * (width - 2) / sheet.width)), Image.Resampling.LANCZOS)
        parts.append(ImageOps.expand(sheet, 1, "#c8c8c8"))
    picture = Image.new("RGBA", (WIDTH, max(part.height for part in parts)))
    for i, part in enumerate(parts):
        picture.paste(part, (i * (width + GUTTER), 0))
    for colors in COLORS:
        data = io.BytesIO()
        picture.quantize(colors, Image.Quantize.FASTOCTREE).save(data, "PNG", optimize=True)
        if data.tell() <= MOST_BYTES:
            break
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    Path(out).write_bytes(data.getvalue())
    print(f"{out}: {picture.width}x{picture.height}, {colors} colors, {data.tell() // 1000} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
