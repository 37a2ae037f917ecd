#!/usr/bin/env python3
"""Time cepstrum against the peer scripts on the yardstick folder, in alternating runs, and compare their alphas.

    compare.py CLIPS --cepstrum target/release/cepstrum --runs 5

CLIPS is searched for .wav files (16-bit mono, of one sample rate); the yardstick has each of them ten times.
"""

from __future__ import annotations

# numpy is not imported: on Linux a child's peak memory is never less than its parent's.
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
REPRESENTATIONS = "waveform,magnitude,log-magnitude,log-mel,mfcc,cepstrum-2d"
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
TOLERANCE = 1e-5


@dataclass
class Run:
    """Wall-clock and CPU time in seconds (all processes), peak memory of the largest process in bytes."""

    wall: float
    cpu: float
    memory: int


def measured(command: list[str], environment: dict[str, str], output: Path) -> Run:
    """One run of a command, its standard output in a file."""
    with output.open("wb") as stdout, tempfile.TemporaryFile() as stderr:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=stdout, stderr=stderr, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 3):
            stderr.seek(0)
            raise RuntimeError(f"{' '.join(command)}: exit code {child.returncode}\n{stderr.read().decode()}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * MAXRSS_UNIT)


def make_yardstick(source: Path, folder: Path, copies: int, link: bool) -> None:
    """Copies (or hard links to one copy) of every .wav below the source, by class = parent folder."""
    clips = sorted(source.rglob("*.wav"))
    if not clips:
        raise SystemExit(f"no .wav files below {source}")
    for clip in clips:
        (folder / clip.parent.name).mkdir(parents=True, exist_ok=True)
        first = folder / clip.parent.name / f"{clip.stem}.0.wav"
        if first.exists():
            raise SystemExit(f"{clip}: two clips of this name in classes of this name")
        shutil.copyfile(clip, first)
        for copy in range(1, copies):
            target = first.with_name(f"{clip.stem}.{copy}.wav")
            os.link(first, target) if link else shutil.copyfile(clip, target)


def thirty_seconds(clip: Path, target: Path) -> None:
    """A wav file of 30 s, the clip repeated and cut."""
    with wave.open(str(clip)) as source, wave.open(str(target), "wb") as out:
        out.setparams(source.getparams())
        samples = source.readframes(source.getnframes())
        length = 30 * source.getframerate() * source.getsampwidth() * source.getnchannels()
        out.writeframes((samples * (1 + length // len(samples)))[:length])


def alphas(name: str, work: Path) -> dict[str, float]:
    """Exponents that a job printed, or those of the class "all" in the report that it wrote."""
    report = work / name / "report.json"
    if not report.exists():
        return json.loads((work / f"{name}.out").read_text())
    results = json.loads(report.read_text())["results"]
    return {r["representation"]: r["fit"]["post"]["alpha"] for r in results if r["class"] == "all"}


def same_alphas(names: list[str], work: Path) -> bool:
    """Print the exponents of all jobs, and whether they agree."""
    print(f"\n{'alpha':26}{'waveform':>12}{'log-mel':>12}")
    found = [alphas(name, work) for name in names]
    for name, alpha in zip(names, found):
        print(f"{name:26}{alpha['waveform']:12.7f}{alpha['log-mel']:12.7f}")
    spread = max(max(a[r] for a in found) - min(a[r] for a in found) for r in ("waveform", "log-mel"))
    print(f"largest difference {spread:.1e}, {'within' if spread <= TOLERANCE else 'ABOVE'} {TOLERANCE:.0e}")
    return spread <= TOLERANCE


def spread(values: list[float], digits: int, scale: float = 1) -> str:
    """Least, median and largest value."""
    three = (min(values), statistics.median(values), max(values))
    return "".join(f"{value * scale:8.{digits}f}" for value in three)


def print_ratios(runs: dict[str, list[Run]]) -> None:
    """The ratios that have targets: first of the medians, then of the paired runs."""
    ours = "cepstrum, 2 threads"
    rows = [
        ("CPU, scipy / cepstrum", "scipy", ours, "cpu", ">= 5", ">= 7"),
        ("CPU, librosa / cepstrum", "librosa", ours, "cpu", ">= 13", ">= 18"),
        ("wall, scipy x 2 / cepstrum", "scipy, 2 processes", ours, "wall", ">= 4", ">= 6"),
        ("wall, librosa x 2 / cepstrum", "librosa, 2 processes", ours, "wall", ">= 10", ">= 15"),
        ("CPU, cepstrum / bare FFTs", ours, "bare FFTs", "cpu", "<= 2.5", "<= 1.7"),
        ("wall, 1 thread / 2 threads", "cepstrum, 1 thread", ours, "wall", ">= 1.8", ">= 1.9"),
        ("wall, everything / yardstick", "everything", ours, "wall", "", "< 10"),
        ("CPU, everything / yardstick", "everything", ours, "cpu", "", ""),
    ]
    print(f"\n{'ratio':30}{'medians':>8}   {'min':>6}{'median':>8}{'max':>8}  {'gate':>7}{'goal':>8}")
    for title, above, below, what, gate, goal in rows:
        if above in runs and below in runs:
            a, b = ([getattr(run, what) for run in runs[name]] for name in (above, below))
            ratio = statistics.median(a) / statistics.median(b)
            paired = spread([x / y for x, y in zip(reversed(a), reversed(b))], 2)
            print(f"{title:30}{ratio:8.2f} {paired}  {gate:>7}{goal:>8}")


def jobs(arguments: argparse.Namespace, yard: Path, work: Path) -> dict[str, list[str]]:
    """The commands to compare, by name."""
    program = str(arguments.cepstrum)

    def analyze(name: str, threads: int, *more: str) -> list[str]:
        return [program, "analyze", str(yard), "--figures", "none", "--threads", str(threads), *more,
                "-o", str(work / name)]  # fmt: skip

    def peer(script: str, processes: int) -> list[str]:
        return [sys.executable, str(HERE / script), str(yard), "--json", "--processes", str(processes)]

    commands = {f"cepstrum, {n}": analyze(f"cepstrum, {n}", int(n[0])) for n in ("2 threads", "1 thread")}
    for name in [] if arguments.no_peers else ["scipy", "librosa"]:
        commands[name] = peer(f"{name}_job.py", 1)
        commands[f"{name}, 2 processes"] = peer(f"{name}_job.py", 2)
    if arguments.floor:
        commands["bare FFTs"] = [str(arguments.floor), "800"]
    if arguments.everything:
        commands["everything"] = analyze("everything", 2, "--representations", REPRESENTATIONS, "--sweep")
    if arguments.spectrogram:
        clip = work / "clip.wav"
        thirty_seconds(arguments.spectrogram, clip)
        commands["start-up alone"] = [program, "--version"]
        commands["spectrogram of 30 s"] = [program, "spectrogram", str(clip), "-o", str(work / "clip.png")]
    return commands


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, help="folder that is searched for .wav files")
    parser.add_argument("--cepstrum", type=Path, default=ROOT / "target/release/cepstrum", help="the program")
    parser.add_argument("--runs", type=int, default=5, help="runs of each command after a warm-up (default: 5)")
    parser.add_argument("--keep", type=Path, help="where the yardstick is made and kept; used as it is if it exists")
    parser.add_argument("--copies", type=int, default=10, help="copies of each clip (default: 10)")
    parser.add_argument("--link", action="store_true", help="hard links instead of copies, for very large folders")
    parser.add_argument("--no-peers", action="store_true", help="cepstrum alone")
    parser.add_argument("--blas-threads", type=int, default=1, help="BLAS threads of peers' processes (default: 1)")
    parser.add_argument("--floor", type=Path, help="program that runs the FFTs of 800 segments alone")
    parser.add_argument("--spectrogram", type=Path, metavar="CLIP", help="also time a PNG of 30 s of this .wav")
    parser.add_argument("--everything", action="store_true", help="also time, once, all representations and a sweep")
    arguments = parser.parse_args()

    environment = dict(os.environ)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        environment[name] = str(arguments.blas_threads)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        yard = arguments.keep or work / "yardstick"
        if not yard.exists():
            make_yardstick(arguments.clips, yard, arguments.copies, arguments.link)
        commands = jobs(arguments, yard, work)
        runs: dict[str, list[Run]] = {name: [] for name in commands}
        for turn in range(1 + arguments.runs):
            for name, command in commands.items():
                if name == "everything" and turn < arguments.runs:
                    continue
                shutil.rmtree(work / name, ignore_errors=True)
                run = measured(command, environment, work / f"{name}.out")
                if turn > 0:
                    runs[name].append(run)
        print(f"{'':22}{'wall, s':>16}{'':8}{'CPU, s':>16}{'':8}{'peak, MB':>10}")
        print(f"{'':22}{'min':>8}{'median':>8}{'max':>8}{'min':>8}{'median':>8}{'max':>8}{'max':>10}")
        for name, of in runs.items():
            times = spread([run.wall for run in of], 3) + spread([run.cpu for run in of], 3)
            print(f"{name:22}{times}{max(run.memory for run in of) / 1e6:10.1f}")
        print_ratios(runs)
        compared = [name for name in commands if name.startswith(("cepstrum", "scipy", "librosa"))]
        return 0 if same_alphas(compared, work) else 1


if __name__ == "__main__":
    sys.exit(main())
