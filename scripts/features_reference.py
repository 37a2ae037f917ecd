#!/usr/bin/env python3
"""Reference values of the features of clips, by librosa 0.11 in float64.

    python3 -m venv venv && venv/bin/pip install librosa==0.11.0
    venv/bin/python scripts/features_reference.py > fixtures/golden/features_reference.csv
    venv/bin/python scripts/features_reference.py OTHER.wav ...

Prints clip,settings,column,value. Only clips whose decoded samples do not
depend on the decoder (PCM and FLAC) can be compared to the last digit.
"""

import csv
import sys
import warnings
from pathlib import Path

import librosa
import numpy as np

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
CLIPS = [
    "audio/music/brahms.flac",
    "audio/speech/prompt_a.wav",
    "audio/speech/prompt_b.au",
    "formats/stereo_44100.wav",
    "formats/u8.wav",
]
# Shorter than one frame: the first samples of a clip.
SHORT = ("audio/speech/prompt_b.au", 700)
SILENCE = (22050, 11025)

DEFAULT = dict(n_fft=2048, hop_length=512, n_mels=128, n_mfcc=20, roll=0.85, htk=False, lifter=0)
SMALL = dict(n_fft=1024, hop_length=384, n_mels=64, n_mfcc=13, roll=0.5, htk=False, lifter=0)


def frame_features(y, sr, n_fft, hop_length, roll, **_):
    frames = dict(n_fft=n_fft, hop_length=hop_length)
    f = librosa.feature
    yield "rms", f.rms(y=y, frame_length=n_fft, hop_length=hop_length, dtype=np.float64)
    yield "spectral_centroid", f.spectral_centroid(y=y, sr=sr, **frames)
    yield "spectral_bandwidth", f.spectral_bandwidth(y=y, sr=sr, **frames)
    yield "rolloff", f.spectral_rolloff(y=y, sr=sr, roll_percent=roll, **frames)
    yield "zero_crossing_rate", f.zero_crossing_rate(y=y, frame_length=n_fft, hop_length=hop_length)


def mfcc(y, sr, n_fft, hop_length, n_mels, n_mfcc, htk, lifter, **_):
    return librosa.feature.mfcc(
        y=y, sr=sr, n_fft=n_fft, hop_length=hop_length, n_mels=n_mels,
        n_mfcc=n_mfcc, htk=htk, lifter=lifter, dtype=np.float64,
    )


def moments(name, values):
    return [(f"{name}_mean", np.mean(values)), (f"{name}_var", np.var(values))]


def columns(y, sr, settings, with_frames=True, with_delta=False):
    rows = [("length", len(y))]
    if with_frames:
        for name, values in frame_features(y, sr, **settings):
            assert values.dtype == np.float64, name
            rows += moments(name, values)
    coefficients = mfcc(y, sr, **settings)
    assert coefficients.dtype == np.float64
    planes = [("mfcc", coefficients)]
    if with_delta:
        planes += [(f"delta{o}_", librosa.feature.delta(coefficients, width=9, order=o)) for o in (1, 2)]
    for prefix, plane in planes:
        for i, row in enumerate(plane, start=1):
            rows += moments(f"{prefix}{i}", row)
    return rows


def load(path):
    y, sr = librosa.load(path, sr=None, mono=True, dtype=np.float64)
    return y, sr


def write(out, clip, settings, rows):
    for column, value in rows:
        out.writerow([clip, settings, column, value if column == "length" else repr(float(value))])


def main():
    warnings.simplefilter("ignore")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["clip", "settings", "column", "value"])
    if sys.argv[1:]:
        for path in sys.argv[1:]:
            write(out, path, "default", columns(*load(path), DEFAULT))
        return
    for clip in CLIPS:
        write(out, clip, "default", columns(*load(FIXTURES / clip), DEFAULT))
    y, sr = load(FIXTURES / SHORT[0])
    only_mfcc = dict(with_frames=False)
    write(out, SHORT[0], "delta", columns(y, sr, DEFAULT, with_delta=True, **only_mfcc))
    write(out, SHORT[0], "htk", columns(y, sr, DEFAULT | dict(htk=True), **only_mfcc))
    write(out, SHORT[0], "lifter22", columns(y, sr, DEFAULT | dict(lifter=22), **only_mfcc))
    write(out, SHORT[0], "small", columns(y, sr, SMALL))
    write(out, "short", "default", columns(y[: SHORT[1]], sr, DEFAULT))
    rate, n = SILENCE
    write(out, "silence", "default", columns(np.zeros(n), rate, DEFAULT))


if __name__ == "__main__":
    main()
