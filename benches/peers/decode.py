#!/usr/bin/env python3
"""Decoding speed of cepstrum per format, against ffmpeg and libsndfile.

    decode.py CLIP.wav... --cepstrum target/release/cepstrum

The clips are joined and repeated to --seconds, and encoded by ffmpeg in every format. All speeds are seconds of
audio per second of CPU time on one thread, from the fastest of --runs alternating runs. No command of cepstrum
only decodes, so its time is that of a small analysis of the file minus that of the same analysis of the wav that
the file decodes to; both ratios compare such differences (what a format costs beyond wav), above 1 where cepstrum
is faster.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import soundfile
from compare import ROOT, measured

# Name: extension and encoder.
FORMATS = {
    "wav": ("wav", ["pcm_s16le"]),
    "aiff": ("aiff", ["pcm_s16be"]),
    "au": ("au", ["pcm_s16be"]),
    "wav, IMA ADPCM": ("wav", ["adpcm_ima_wav"]),
    "flac": ("flac", ["flac"]),
    "alac (m4a)": ("m4a", ["alac"]),
    "mp2": ("mp2", ["mp2", "-b:a", "96k"]),
    "mp3": ("mp3", ["libmp3lame", "-b:a", "96k"]),
    "vorbis (ogg)": ("ogg", ["libvorbis", "-q:a", "5"]),
    "aac (m4a)": ("m4a", ["aac", "-b:a", "96k"]),
    "opus": ("opus", ["libopus", "-b:a", "96k"]),
}
# Short segments keep what cepstrum does beside decoding small.
ANALYSIS = ["--representations", "waveform", "--segment", "0.2", "--figures", "none", "--threads", "1"]
TINY_SECONDS = 1
# A difference of less than this share of the whole job is not told from none.
RESOLUTION = 0.1


def ffmpeg(*arguments: str) -> None:
    """Run ffmpeg, silent but for errors."""
    subprocess.run(["ffmpeg", "-y", "-loglevel", "error", *arguments], check=True)


def join(clips: list[Path], seconds: float, target: Path) -> None:
    """A wav file of this length, of 16-bit clips of one rate, repeated in turn."""
    with wave.open(str(clips[0])) as first:
        parameters = first.getparams()
    parts = []
    for clip in clips:
        with wave.open(str(clip)) as source:
            if source.getparams()[:3] != parameters[:3]:
                raise SystemExit(f"{clip}: channels, width or rate differ from {clips[0]}")
            parts.append(source.readframes(source.getnframes()))
    samples = b"".join(parts)
    length = round(seconds * parameters.framerate) * parameters.sampwidth * parameters.nchannels
    with wave.open(str(target), "wb") as out:
        out.setparams(parameters)
        out.writeframes((samples * (1 + length // len(samples)))[:length])


class Clip:
    """One format: the clip, a tiny one, and what each decodes to as wav."""

    def __init__(self, name: str, source: Path, work: Path) -> None:
        extension, encoder = FORMATS[name]
        stem = name.replace(" ", "").replace(",", "-")
        self.whole = work / f"{stem}.{extension}"
        self.tiny = work / f"{stem}.tiny.{extension}"
        # Lossy formats may change rate and length: cepstrum's job is compared with that on the decoded wav.
        self.decoded = work / f"{stem}.decoded.wav"
        ffmpeg("-i", str(source), "-c:a", *encoder, str(self.whole))
        ffmpeg("-i", str(source), "-t", str(TINY_SECONDS), "-c:a", *encoder, str(self.tiny))
        ffmpeg("-i", str(self.whole), "-c:a", "pcm_s16le", str(self.decoded))
        with wave.open(str(self.decoded)) as decoded:
            self.seconds = decoded.getnframes() / decoded.getframerate()


def timings(clip: Clip, program: Path, work: Path, runs: int) -> dict[str, float | str]:
    """Least CPU time of each decoder and of cepstrum's two jobs in seconds, or why there is none."""

    def process(*command: str) -> float:
        return measured([str(part) for part in command], dict(os.environ), work / "stdout").cpu

    def analyze(path: Path) -> float:
        return process(program, "analyze", path, *ANALYSIS, "--force", "-o", work / "report")

    def null(path: Path) -> float:
        return process("ffmpeg", "-threads", "1", "-loglevel", "error", "-i", path, "-f", "null", "-")

    def libsndfile(path: Path) -> float:
        start = time.process_time()
        soundfile.read(path, dtype="float32")
        return time.process_time() - start

    tasks = {
        "ffmpeg": lambda: null(clip.whole),
        "ffmpeg, tiny": lambda: null(clip.tiny),
        "ffmpeg, decoded": lambda: null(clip.decoded),
        "libsndfile": lambda: libsndfile(clip.whole),
        "libsndfile, decoded": lambda: libsndfile(clip.decoded),
        "cepstrum": lambda: analyze(clip.whole),
        "cepstrum, decoded": lambda: analyze(clip.decoded),
    }
    least: dict[str, float | str] = {}
    for _ in range(runs):
        for name, task in tasks.items():
            if isinstance(least.get(name), str):
                continue
            try:
                least[name] = min(least.get(name, float("inf")), task())
            except (RuntimeError, soundfile.LibsndfileError) as error:
                least[name] = str(error)
    return least


def row(name: str, clip: Clip, least: dict[str, float | str]) -> tuple[str, list[str]]:
    """A line of the table, and the errors behind it."""
    errors = [f"{name}, {task}: {why}" for task, why in least.items() if isinstance(why, str)]

    def difference(task: str, without: str) -> float | None:
        a, b = least[task], least[without]
        return None if isinstance(a, str) or isinstance(b, str) else a - b

    def speed(seconds: float | str | None) -> str:
        return f"{clip.seconds / seconds:11.0f}" if isinstance(seconds, float) else f"{'-':>11}"

    beyond = {name: difference(name, f"{name}, decoded") for name in ("ffmpeg", "libsndfile", "cepstrum")}
    ours = beyond["cepstrum"]
    if ours is None:
        cells = f"{'not read':>11}{'':20}"
    elif abs(ours) < RESOLUTION * least["cepstrum, decoded"]:
        cells = f"{'as wav':>11}{'':20}"
    else:
        peers = (beyond["ffmpeg"], beyond["libsndfile"])
        cells = speed(ours) + "".join(f"{t / ours:10.2f}" if t else f"{'-':>10}" for t in peers)
    absolute = speed(difference("ffmpeg", "ffmpeg, tiny")) + speed(least["libsndfile"])
    return f"{name:16}{absolute}{cells}{speed(least['cepstrum'])}", errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+", help="16-bit .wav files of one rate")
    parser.add_argument("--cepstrum", type=Path, default=ROOT / "target/release/cepstrum", help="the program")
    parser.add_argument("--seconds", type=float, default=600, help="length of the encoded clip (default: 600)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each decoder (default: 5)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        source = work / "source.wav"
        join(arguments.clips, arguments.seconds, source)
        print(f"{'':16}{'':22}{'cepstrum,':>11}{'times as fast as':>20}{'cepstrum,':>11}")
        print(f"{'':16}{'ffmpeg':>11}{'libsndfile':>11}{'beyond wav':>11}{'ffmpeg':>10}{'sndfile':>10}{'whole job':>11}")
        errors = []
        for name in FORMATS:
            clip = Clip(name, source, work)
            line, why = row(name, clip, timings(clip, arguments.cepstrum, work, arguments.runs))
            print(line, flush=True)
            errors += why
    for error in errors:
        print(error, file=sys.stderr)


if __name__ == "__main__":
    main()
