#!/usr/bin/env python3
"""Runs commands in turn, and compares each with the first.

    measure.py RUNS NAME COMMAND [NAME COMMAND ...]

Prints the medians of wall and CPU seconds and the largest memory. CPU is the
steadier figure; only ratios within one run of this program mean anything.
`NAME=PATH[,PATH ...]` also names what a command makes, files or folders, and
prints how large that is in the end, but for what is kept in `.cache`.
"""
import os
import pathlib
import shlex
import statistics
import sys
import time


def once(command):
    start = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execvp(command[0], command)
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - start
    if status:
        sys.exit(f"{command[0]} failed")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def size(*paths):
    """Returns the megabytes of files and folders, but for what is kept from build to build."""
    files = [path for top in map(pathlib.Path, paths) for path in [top, *top.rglob("*")]]
    return sum(path.stat().st_size for path in files if path.is_file() and ".cache" not in path.parts) / 1e6


def main():
    runs, rest = int(sys.argv[1]), sys.argv[2:]
    names = [name.split("=") for name in rest[::2]]
    made = {name: paths[0].split(",") for name, *paths in names if paths}
    commands = {name[0]: shlex.split(command) for name, command in zip(names, rest[1::2])}
    found = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(once(command))
    sized = f" {'made MB':>8}" if made else ""
    print(f"{'':14} {'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'× wall':>8} {'× CPU':>8}{sized}")
    first = None
    for name, rows in found.items():
        wall, cpu, peak = (statistics.median(column) for column in zip(*rows))
        first = first or (wall, cpu)
        sized = f" {size(*made[name]):8.1f}" if name in made else ""
        print(f"{name:14} {wall:8.3f} {cpu:8.3f} {peak:8.0f} {wall / first[0]:8.2f} {cpu / first[1]:8.2f}{sized}")


if __name__ == "__main__":
    main()
