#!/usr/bin/env python3
"""Judges the plates of a press edition, with Ghostscript as the one who makes them.

    plates.py [--limit 300] [--dpi 72] FILE

Each page is separated, and every spot of it looked at. Prints one line per finding, `CODE page N: what`.
Exits 0 if there is none, 1 if there is one, 2 if the file cannot be read.

    ink-limit   more ink on a spot than allowed, in percent
    rich-black  full black with other inks under it
    screen      a space of a screen is in the file
"""
from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

INKS = ("Cyan", "Magenta", "Yellow", "Black")


def plates(folder: Path, page: int) -> np.ndarray:
    """Ink on each spot, 0 to 255, as height, width and four inks."""
    names = [folder / f"p-{page}({ink}).tif" for ink in INKS]
    return np.stack([255 - np.asarray(Image.open(name).convert("L"), np.int32) for name in names], -1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--limit", type=float, default=300)
    parser.add_argument("--dpi", type=int, default=72)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    findings = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = ["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=tiffsep", f"-r{options.dpi}"]
        command += ["-o", str(folder / "p-%d.tif"), str(options.file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        pages = len(list(folder.glob("p-*(Black).tif")))
        if done.returncode or not pages:
            print(done.stderr or done.stdout or "no plates were made")
            return 2
        for page in range(1, pages + 1):
            ink = plates(folder, page)
            most = ink.sum(-1).max() / 2.55
            if most > options.limit + 0.5:
                findings.append(f"ink-limit page {page}: {most:.0f} %")
            full = ink[..., 3] == 255
            if (rich := int((full & (ink[..., :3].max(-1) > 0)).sum())) > 0:
                findings.append(f"rich-black page {page}: {rich} spots")
    # Spaces of a screen that are left anywhere in the file.
    text = subprocess.run(["qpdf", "--qdf", "--object-streams=disable", options.file, "-"], capture_output=True, check=False)
    for space in sorted(set(re.findall(rb"/(DeviceRGB|ICCBased|CalRGB|CalGray|Lab)\b", text.stdout))):
        findings.append(f"screen: {space.decode()} is in the file")
    print("\n".join(findings), end="\n" if findings else "")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
