#!/usr/bin/env python3
"""How soon results follow a save: watch.py RECTO WORK TOPICS EDITS

`recto watch` looks at a project of TOPICS topics with handouts, a book and a deck. Each
of EDITS topics is saved with another line, as editors do: the file is replaced; the next
one two seconds after handout, EPUB and deck are new, whether the pages of the book are
set or not. Prints how long after the save the files are others, as medians, and how long
after the last save the book is.
"""
import pathlib
import shutil
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).parent


def wait(stamps, start, most=900.0):
    """Returns the seconds from start until each file is another one."""
    found = {}
    while len(found) < len(stamps) and time.monotonic() - start < most:
        for path, stamp in stamps.items():
            if path not in found and path.exists() and path.stat().st_mtime_ns != stamp:
                found[path] = time.monotonic() - start
        time.sleep(0.002)
    return found


def main():
    recto, work, count, edits = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    corpus = work / f"watch-{count}"
    if not (corpus / "recto.yaml").exists():
        subprocess.run([sys.executable, HERE / "corpus.py", str(count), corpus], check=True)
    (corpus / "recto.yaml").write_text(
        "title: Benchmark\nhandouts: [{}]\nbooks: [{name: book}]\ndecks: [{name: deck}]\n")
    shutil.rmtree(corpus / "output", ignore_errors=True)
    (corpus / "cards.lock").unlink(missing_ok=True)
    watcher = subprocess.Popen([recto, "watch", corpus], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for line in watcher.stdout:
            if line.startswith("watching"):
                break
        # What it says must not fill the pipe.
        threading.Thread(target=watcher.stdout.read, daemon=True).start()
        output = corpus / "output"
        seconds = {}
        book = output / "books/book.pdf"
        for edit in range(edits):
            topic = f"t{(edit * 37) % count + 1:04d}"
            source = corpus / "sources" / f"{topic}.md"
            files = {
                "handout": output / f"handouts/{topic}.pdf",
                "EPUB": output / "books/book.epub",
                "deck": output / "decks/deck.apkg",
            }
            stamps = {path: path.stat().st_mtime_ns for path in files.values()}
            text = source.read_text()
            beside = source.with_suffix(".tmp")
            beside.write_text(text + f"\n- Another ==line {edit}==.\n")
            before = {book: book.stat().st_mtime_ns}
            start = time.monotonic()
            beside.replace(source)
            found = wait(stamps, start)
            for name, path in files.items():
                seconds.setdefault(name, []).append(found.get(path, float("nan")))
            time.sleep(2.0)
        seconds["book"] = [wait(before, start).get(book, float("nan"))]
        print(f"{count} topics, {edits} saves; seconds until the file is new, median (worst)")
        for name, all_seconds in seconds.items():
            print(f"{name:8} {statistics.median(all_seconds):.2f} ({max(all_seconds):.2f})")
    finally:
        watcher.terminate()
        watcher.wait()


if __name__ == "__main__":
    main()
