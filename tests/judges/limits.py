#!/usr/bin/env python3
"""Hostile and very large pictures, each in a project of its own: what the program says, in what time and memory.

  limits.py RECTO [NAME]...     all of them, or those whose name holds a NAME

A hostile picture must be refused with a message that has file, line and column in under a second of processor time,
or be taken (where the line says so) in under three, both under 300 MB of memory and never with a crash. A picture of a hundred
megapixels must be built into PDF, EPUB and deck under 600 MB. Everything is made here, by these lines; nothing of it
is kept. Prints one line per picture, and fails if one of them does.
"""

import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

SECONDS, TAKEN_SECONDS, MEGABYTES, LARGE_MEGABYTES = 1.0, 3.0, 300, 600
# A program that hangs is stopped, and fails.
PATIENCE = 60


# ---- Makers


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_head(width, height, bits=8, color=2, interlace=0):
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, interlace))


def zeros(count):
    """`count` zero bytes, deflated, without ever holding them."""
    packer, left, out = zlib.compressobj(9), count, []
    block = bytes(1 << 20)
    while left > 0:
        out.append(packer.compress(block[: min(left, len(block))]))
        left -= len(block)
    return b"".join(out) + packer.flush()


def png(width, height, extra=b"", rows=None, **head):
    rows = height * (1 + 3 * width) if rows is None else rows
    return png_head(width, height, **head) + extra + chunk(b"IDAT", zeros(rows)) + chunk(b"IEND", b"")


def small_png(extra=b""):
    return png(400, 300, extra)


def jpeg(width, height, scans=1, progressive=False):
    """A JPEG whose one gray component is all zero; its scans hold hardly any data."""
    frame = 0xC2 if progressive else 0xC0
    out = b"\xff\xd8" + b"\xff\xdb\x00\x43\x00" + bytes([1] * 64)
    out += bytes([0xFF, frame]) + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    # One code of one bit for the value 0, for DC and for AC.
    for table in (0x00, 0x10):
        out += b"\xff\xc4" + struct.pack(">HB", 3 + 16 + 1, table) + bytes([1] + [0] * 15) + b"\x00"
    for scan in range(scans):
        last = 0 if progressive and scan == 0 else 63
        first = 1 if progressive and scan > 0 else 0
        out += b"\xff\xda\x00\x08\x01\x01\x00" + bytes([first, last, 0])
        # A bit for each block of a progressive scan, two for each block of a whole one.
        blocks = -(-width // 8) * -(-height // 8)
        out += bytes(min(-(-blocks * (1 if progressive else 2) // 8), 1 << 20))
    return out + b"\xff\xd9"


def gif(width, height, frames=1):
    out = b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF0, 0, 0) + bytes([0, 0, 0, 255, 255, 255])
    for _ in range(frames):
        out += b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00"
    return out + b"\x3b"


def webp(width, height):
    bits = 0x2F | (width - 1) << 8 | (height - 1) << 22 | 0 << 36
    data = bits.to_bytes(5, "little") + bytes(8)
    data += b"" if len(data) % 2 == 0 else b"\0"
    body = b"WEBPVP8L" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff(width, height, compression=8, data=None, loop=False, strips=None):
    data = zeros(min(width * height * 3, 1 << 30)) if data is None else data
    entries = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, compression), (262, 3, 1, 2),
        (273, 4, 1, 8), (277, 3, 1, 3), (278, 4, 1, height if strips is None else strips), (279, 4, 1, len(data)),
    ]
    at = 8 + len(data)
    at += at % 2
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    directory += struct.pack("<I", at if loop else 0)
    return (b"II*\0" + struct.pack("<I", at) + data).ljust(at, b"\0") + directory


def bmp(width, height, data=b"\0" * 64, compression=0, bits=24):
    return b"BM" + struct.pack("<IHHI", 54 + len(data), 0, 0, 54) + struct.pack(
        "<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(data), 0, 0, 0, 0) + data


def svg(body, head='width="400" height="300" viewBox="0 0 400 300"', doctype=""):
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<?xml version="1.0"?>{doctype}<svg {names} {head}>{body}</svg>'.encode()


def uses(levels, width):
    groups = '<path id="g0" d="M0 0h9v9z"/>'
    for level in range(1, levels):
        groups += f'<g id="g{level}">' + f'<use xlink:href="#g{level - 1}"/>' * width + "</g>"
    return svg(f'<defs>{groups}</defs><use xlink:href="#g{levels - 1}"/>')


def laughs():
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return svg("<text>&a9;</text>", doctype=f"<!DOCTYPE svg [{entities}]>")


def pdf(objects, trailer="/Root 1 0 R"):
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    return out + f"trailer\n<</Size {len(objects) + 1} {trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()


def pdf_page(content, resources="<<>>", more=(), box="0 0 400 300"):
    return pdf([
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R/Resources {resources}>>".encode(), content, *more])


def stream(data, keys=""):
    return f"<</Length {len(data)}{keys}>>stream\n".encode() + data + b"\nendstream"


def dicom(elements, syntax=b"1.2.840.10008.1.2.1"):
    def element(group, number, kind, value):
        value += b"" if len(value) % 2 == 0 else (b"\0" if kind in (b"UI", b"OB") else b" ")
        long = kind in (b"OB", b"OW", b"SQ", b"UN", b"UT")
        size = struct.pack("<HI", 0, len(value)) if long else struct.pack("<H", len(value))
        return struct.pack("<HH", group, number) + kind + size + value
    meta = element(2, 1, b"OB", b"\0\1") + element(2, 2, b"UI", b"1.2.840.10008.5.1.4.1.1.7")
    meta += element(2, 3, b"UI", b"1.2.3") + element(2, 0x10, b"UI", syntax) + element(2, 0x12, b"UI", b"1.2.3.4")
    return bytes(128) + b"DICM" + element(2, 0, b"UL", struct.pack("<I", len(meta))) + meta + b"".join(
        element(*entry) for entry in elements)


def dicom_picture(rows, columns, pixels, frames=b"1", syntax=b"1.2.840.10008.1.2.1"):
    number = lambda value: struct.pack("<H", value)
    return dicom([
        (8, 0x16, b"UI", b"1.2.840.10008.5.1.4.1.1.7"), (0x28, 2, b"US", number(1)),
        (0x28, 4, b"CS", b"MONOCHROME2"), (0x28, 8, b"IS", frames), (0x28, 0x10, b"US", number(rows)),
        (0x28, 0x11, b"US", number(columns)), (0x28, 0x100, b"US", number(16)), (0x28, 0x101, b"US", number(12)),
        (0x28, 0x102, b"US", number(11)), (0x28, 0x103, b"US", number(0)), (0x7FE0, 0x10, b"OW", pixels)], syntax)


# ---- The pictures: name, maker, and whether it may also be taken


def cases():
    may = True
    yield "empty.jpg", lambda: b"", False
    yield "text.jpg", lambda: b"This is no picture at all.\n" * 40, False
    yield "random.png", lambda: bytes((n * 7919 + n // 3) % 256 for n in range(100_000)), False
    yield "wrong-extension.jpg", small_png, may
    yield "png-bomb.png", lambda: png(30_000, 30_000), False
    yield "png-flat.png", lambda: png(2_000_000_000, 1, rows=100), False
    yield "png-sides.png", lambda: png(19_999, 19_999), False
    yield "png-no-pixels.png", lambda: png(0, 0, rows=1), False
    yield "png-too-much-data.png", lambda: png(40, 30, rows=1 << 30), may
    yield "png-text-bomb.png", lambda: small_png(chunk(b"zTXt", b"Comment\0\0" + zeros(1 << 30))), may
    yield "png-profile-bomb.png", lambda: small_png(chunk(b"iCCP", b"icc\0\0" + zeros(1 << 30))), may
    yield "png-many-chunks.png", lambda: small_png(chunk(b"tEXt", b"Author\0A. Example") * 100_000), may
    yield "png-interlaced.png", lambda: png(19_000, 7_000, interlace=1, bits=16, color=6, rows=1000), False
    yield "jpeg-sides.jpg", lambda: jpeg(65_500, 65_500), False
    yield "jpeg-no-data.jpg", lambda: jpeg(10_000, 10_000)[:400] + b"\xff\xd9", may
    yield "jpeg-scans.jpg", lambda: jpeg(4_000, 4_000, scans=2_000, progressive=True), False
    yield "jpeg-comments.jpg", lambda: (
        b"\xff\xd8" + (b"\xff\xfe\xff\xfd" + b"name" * 16_382 + b"...") * 400 + jpeg(64, 64)[2:]), may
    yield "jpeg-in-jpeg.jpg", lambda: jpeg(64, 64)[:60] + jpeg(64, 64), may
    yield "gif-sides.gif", lambda: gif(65_535, 65_535), False
    yield "gif-frames.gif", lambda: gif(200, 200, frames=200_000), may
    yield "webp-sides.webp", lambda: webp(16_384, 16_384), False
    yield "tiff-sides.tif", lambda: tiff(100_000, 100_000, data=b"\0" * 100), False
    yield "tiff-bomb.tif", lambda: tiff(19_000, 19_000), False
    yield "tiff-loop.tif", lambda: tiff(20, 20, compression=1, data=bytes(1200), loop=True), may
    yield "tiff-strips.tif", lambda: tiff(20, 4_000_000_000, data=b"\0" * 100, strips=1), False
    yield "bmp-sides.bmp", lambda: bmp(1_000_000, 1_000_000), False
    yield "bmp-rle.bmp", lambda: bmp(19_000, 19_000, compression=1, bits=8), False
    yield "svg-uses.svg", lambda: uses(12, 10), False
    yield "svg-uses-few.svg", lambda: uses(9, 5), may
    yield "svg-self.svg", lambda: svg('<g id="a"><use xlink:href="#a"/></g>'), may
    yield "svg-laughs.svg", laughs, False
    yield "svg-deep.svg", lambda: svg("<g>" * 100_000 + "</g>" * 100_000), False
    yield "svg-script.svg", lambda: svg("<script>alert(1)</script><path d='M0 0h99v99z' onclick='x()'/>"), may
    yield "svg-web.svg", lambda: svg('<image width="9" height="9" xlink:href="http://example.org/a.png"/>'), False
    yield "svg-file.svg", lambda: svg('<image width="9" height="9" xlink:href="file:///etc/passwd"/>'), False
    yield "svg-sibling.svg", lambda: svg('<image width="9" height="9" xlink:href="../topic.md"/>'), False
    yield "svg-entity-file.svg", lambda: svg(
        "<text>&x;</text>", doctype='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), False
    yield "svg-sides.svg", lambda: svg("<path d='M0 0h9v9z'/>", head='width="1e9" height="1e9"'), may
    yield "svg-blur.svg", lambda: svg(
        '<filter id="f"><feGaussianBlur stdDeviation="100000"/></filter><rect width="400" height="300" filter="url(#f)"/>'), may
    yield "svg-turbulence.svg", lambda: svg(
        '<filter id="f"><feTurbulence baseFrequency="0.9" numOctaves="100000"/></filter>'
        '<rect width="400" height="300" filter="url(#f)"/>'), may
    yield "svg-filters.svg", lambda: svg(
        '<filter id="f">' + '<feGaussianBlur stdDeviation="9"/>' * 3_000 + "</filter>"
        '<rect width="400" height="300" filter="url(#f)"/>'), may
    yield "svg-pattern.svg", lambda: svg(
        '<pattern id="p" width="1e-6" height="1e-6" patternUnits="userSpaceOnUse"><path d="M0 0h1v1z"/></pattern>'
        '<rect width="400" height="300" fill="url(#p)"/>'), may
    yield "svg-dashes.svg", lambda: svg(
        '<path d="M0 0H400" stroke="red" stroke-dasharray="0.000001"/>'), may
    yield "svg-paths.svg", lambda: svg("<path d='M0 0h9v9z'/>" * 300_000), may
    yield "svg-groups.svg", lambda: svg(
        '<g opacity="0.5">' * 200 + '<rect width="400" height="300"/>' + "</g>" * 200), may
    yield "svgz-bomb.svgz", lambda: zlib_gzip(svg("x" * (1 << 20)) + b" " * (1 << 28)), False
    yield "pdf-bomb.pdf", lambda: pdf_page(stream(zeros(1 << 30), "/Filter/FlateDecode")), may
    yield "pdf-forms.pdf", lambda: pdf_page(
        stream(b"/X0 Do " * 10), "<</XObject<</X0 5 0 R>>>>",
        [stream(b"/X Do " * 10, f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {6 + n} 0 R>>>>")
         for n in range(10)] + [stream(b"0 0 9 9 re f", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]")]), may
    yield "pdf-self.pdf", lambda: pdf_page(
        stream(b"/X Do"), "<</XObject<</X 5 0 R>>>>",
        [stream(b"/X Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>")]), may
    yield "pdf-pages-loop.pdf", lambda: pdf([
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"]), False
    yield "pdf-sides.pdf", lambda: pdf_page(stream(b"0 0 9 9 re f"), box="0 0 10000000 10000000"), may
    yield "pdf-broken.pdf", lambda: b"%PDF-1.7\n" + b"1 0 obj <<" * 1000, False
    yield "dicom-sides.dcm", lambda: dicom_picture(65_535, 65_535, bytes(100)), False
    yield "dicom-short.dcm", lambda: dicom_picture(300, 400, bytes(100)), False
    yield "dicom-frames.dcm", lambda: dicom_picture(300, 400, bytes(240_000), frames=b"2000000000"), may
    yield "dicom-deflated.dcm", lambda: dicom([], b"1.2.840.10008.1.2.1.99") + zeros(1 << 30)[2:-4], False
    yield "dicom-nested.dcm", lambda: dicom([(0x40, 0x275, b"SQ", nested(20_000))]), False
    yield "heic.heic", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(1000), False
    yield "avif.avif", lambda: b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(1000), False
    for name, maker in [("png", small_png), ("jpg", lambda: jpeg(400, 300)), ("gif", lambda: gif(40, 30)),
                        ("tif", lambda: tiff(40, 30)), ("webp", lambda: webp(40, 30)), ("bmp", lambda: bmp(40, 30)),
                        ("svg", lambda: svg("<path d='M0 0h9v9z'/>")), ("pdf", lambda: pdf_page(stream(b"0 0 9 9 re f"))),
                        ("dcm", lambda: dicom_picture(30, 40, bytes(2400)))]:
        for share in (0.3, 0.6, 0.9):
            def cut(maker=maker, share=share):
                whole = maker()
                return whole[: int(len(whole) * share)]
            # What follows the pixels, or fills them with nothing, may be missed.
            yield f"cut-at-{int(share * 100)}.{name}", cut, may


def nested(depth):
    value = b""
    for _ in range(depth):
        item = struct.pack("<HHI", 0xFFFE, 0xE000, len(value)) + value
        value = struct.pack("<HH", 0x40, 0x275) + b"SQ\0\0" + struct.pack("<I", len(item)) + item
        if len(value) > 1 << 20:
            break
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(value)) + value


def zlib_gzip(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def noise(count, seed=1):
    """Bytes that do not shrink to nothing, and the same each time."""
    out, state = bytearray(), seed
    while len(out) < count:
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        out += state.to_bytes(8, "little")
    return bytes(out[:count])


def large_png(side=10_000):
    packer, rows = zlib.compressobj(1), []
    row = b"\0" + noise(300) * (side // 100)
    for line in range(side):
        rows.append(packer.compress(row[: 1 + 3 * side] if line % 2 else b"\0" + bytes(3 * side)))
    return png_head(side, side) + chunk(b"IDAT", b"".join(rows) + packer.flush()) + chunk(b"IEND", b"")


def large_jpeg(side=10_000):
    # As any decoder sees it: a gray picture of a hundred megapixels, all blocks alike; two bits for each block.
    blocks = (side // 8) * (side // 8)
    whole = jpeg(8, 8)
    start = whole.index(b"\xff\xda")
    head = whole[:start].replace(struct.pack(">HH", 8, 8), struct.pack(">HH", side, side), 1)
    return head + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + bytes(blocks // 4 + 1) + b"\xff\xd9"


# ---- Judging


def project(folder, name):
    sources = folder / "sources"
    sources.mkdir(parents=True)
    (sources / "topic.md").write_text(
        "# A picture\n\nSee @fig-x.\n\n"
        f'![A picture.]({name}){{#fig-x alt="A picture." credit="A. Example" license=CC0-1.0}}\n')
    return sources


def write(path, make):
    """In a process of its own: the memory of this one counts as that of the programs that it starts."""
    pid = os.fork()
    if pid == 0:
        path.write_bytes(make())
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0, f"{path} could not be made"


def run(recto, folder, *arguments):
    with open(folder / "messages", "wb") as messages:
        child = subprocess.Popen(
            [recto, *arguments, str(folder)], stdout=messages, stderr=subprocess.STDOUT, cwd=folder)
        try:
            _, status, usage = wait(child)
        except TimeoutError:
            child.kill()
            child.wait()
            return None, PATIENCE, 0, ""
    text = (folder / "messages").read_text(errors="replace")
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def wait(child):
    def late(_signal, _frame):
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.alarm(PATIENCE)
    try:
        return os.wait4(child.pid, 0)
    finally:
        signal.alarm(0)


PLACE = re.compile(r"topic\.md:\d+:\d+: error(\[[a-z-]+\])?")


def judge(code, seconds, megabytes, text, taken, limit):
    faults = []
    if code is None:
        return [f"still running after {PATIENCE} s"]
    if code not in (0, 1) or "panicked" in text:
        faults.append(f"ended with {code}")
    if code == 1 and not PLACE.search(text):
        faults.append("no message with a place")
    if code == 0 and not taken:
        faults.append("was taken")
    if limit == MEGABYTES and seconds > (SECONDS if code else TAKEN_SECONDS):
        faults.append(f"took {seconds:.1f} s")
    if megabytes > limit:
        faults.append(f"took {megabytes:.0f} MB")
    return faults


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    recto, names = str(Path(sys.argv[1]).resolve()), sys.argv[2:]
    chosen = lambda name: not names or any(part in name for part in names)
    passed = failed = 0
    base = Path(tempfile.mkdtemp())
    try:
        for name, make, taken, limit in [
            *((*case, MEGABYTES) for case in cases()),
            ("large.png", large_png, True, LARGE_MEGABYTES),
            ("large.jpg", large_jpeg, True, LARGE_MEGABYTES),
        ]:
            if not chosen(name):
                continue
            folder = base / name.replace(".", "-")
            write(project(folder, name) / name, make)
            for arguments in (("build", "--message-format", "short"), ("check", "--message-format", "short")):
                code, seconds, megabytes, text = run(recto, folder, *arguments)
                # A check does not decode, and so may take what a build does not.
                may = taken or arguments[0] == "check"
                faults = judge(code, seconds, megabytes, text, may, limit)
                if arguments[0] == "build" and limit == LARGE_MEGABYTES and code != 0:
                    faults.append("was not built")
                verdict = "FAIL" if faults else "pass"
                passed, failed = passed + (not faults), failed + bool(faults)
                said = PLACE.search(text)
                said = text[said.end():].split("\n")[0].strip(": ") if said else ""
                line = f"{verdict}  limits  {arguments[0]:5} {name}: {seconds:.2f} s, {megabytes:.0f} MB"
                print(line + (f"  {'; '.join(faults)}" if faults else "") + (f"  ({said})" if code == 1 else ""))
            shutil.rmtree(folder)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
