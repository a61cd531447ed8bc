#!/usr/bin/env python3
"""How builds grow with the number of topics: growth.py RECTO WORK N [N ...]

For each N, the topics of corpus.py become N handouts and a deck: cold, with nothing
changed, and with one topic edited. Prints wall and CPU seconds, the peak of memory and
the size of the results, and by which power of N the CPU of cold builds grows.
"""
import math
import os
import pathlib
import shutil
import subprocess
import sys

from measure import once, size

HERE = pathlib.Path(__file__).parent
MANIFEST = "title: Benchmark\nhandouts: [{}]\nbooks: []\ndecks: [{name: deck}]\n"


def main():
    recto, work, counts = sys.argv[1], pathlib.Path(sys.argv[2]), [int(n) for n in sys.argv[3:]]
    print(f"{'topics':>7} {'build':10} {'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'results MB':>10}")
    cold = {}
    for count in counts:
        corpus = work / f"growth-{count}"
        if not (corpus / "recto.yaml").exists():
            subprocess.run([sys.executable, HERE / "corpus.py", str(count), corpus], check=True)
        (corpus / "recto.yaml").write_text(MANIFEST)
        (corpus / "cards.lock").unlink(missing_ok=True)
        # What an earlier run made is deleted in the end: file systems are slow to make files
        # where thousands were a moment ago.
        old = corpus / f"old-{os.getpid()}"
        if (corpus / "output").exists():
            (corpus / "output").rename(old)
        command = ["sh", "-c", f"exec {recto} build --quiet {corpus} 2>&1"]
        edited = corpus / "sources" / f"t{(count + 1) // 2:04d}.md"
        text = edited.read_text()
        for name in ("cold", "unchanged", "one edit"):
            if name == "one edit":
                edited.write_text(text + "\n- One more.\n")
            wall, cpu, peak = once(command)
            if name == "cold":
                cold[count] = cpu
            made = f"{size(corpus / 'output'):10.1f}" if name == "cold" else ""
            print(f"{count:7} {name:10} {wall:8.3f} {cpu:8.3f} {peak:8.0f} {made}", flush=True)
        edited.write_text(text)
        shutil.rmtree(old, ignore_errors=True)
    for less, more in zip(counts, counts[1:]):
        power = math.log(cold[more] / cold[less]) / math.log(more / less)
        print(f"from {less} to {more}: CPU grows by the power {power:.2f}")


if __name__ == "__main__":
    os.environ["SOURCE_DATE_EPOCH"] = "1795392000"
    main()
