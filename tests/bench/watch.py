#!/usr/bin/env python3
"""How soon results follow a save: watch.py RECTO WORK TOPICS EDITS

`recto watch` looks at a project of TOPICS topics with handouts, a deck, and, with fewer
than 200 topics, a book. Each of EDITS topics is saved with another line, as editors do:
the file is replaced. Prints how long after the save the files are others, as medians.
"""
import pathlib
import shutil
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).parent
# A book of more topics takes minutes as PDF.
MOST_WITH_BOOK = 200


def wait(stamps, start, most=120.0):
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
    books = "[{name: book}]" if count < MOST_WITH_BOOK else "[]"
    (corpus / "recto.yaml").write_text(
        f"title: Benchmark\nhandouts: [{{}}]\nbooks: {books}\ndecks: [{{name: deck}}]\n")
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
        for edit in range(edits):
            topic = f"t{(edit * 37) % count + 1:04d}"
            source = corpus / "sources" / f"{topic}.md"
            files = {"handout": output / f"handouts/{topic}.pdf", "deck": output / "decks/deck.apkg"}
            if books != "[]":
                files |= {"EPUB": output / "books/book.epub", "book": output / "books/book.pdf"}
            stamps = {path: path.stat().st_mtime_ns for path in files.values()}
            text = source.read_text()
            beside = source.with_suffix(".tmp")
            beside.write_text(text + f"\n- Another ==line {edit}==.\n")
            start = time.monotonic()
            beside.replace(source)
            found = wait(stamps, start)
            for name, path in files.items():
                seconds.setdefault(name, []).append(found.get(path, float("nan")))
            time.sleep(2.5)
        print(f"{count} topics, {edits} saves; seconds until the file is new, median (worst)")
        for name, all_seconds in seconds.items():
            print(f"{name:8} {statistics.median(all_seconds):.2f} ({max(all_seconds):.2f})")
    finally:
        watcher.terminate()
        watcher.wait()


if __name__ == "__main__":
    main()
