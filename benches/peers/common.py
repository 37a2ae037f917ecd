"""What both peer scripts share: their command line, rings, the fit and the pool; it needs numpy alone."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Callable

# Before numpy starts its threads: one per process, unless the caller says otherwise. Idle BLAS threads wait
# in a busy loop, which doubles CPU time and gains nothing here.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402

SEGMENT_SECONDS = 2
N_FFT, HOP_LENGTH, N_MELS = 2048, 512, 128
AMIN, TOP_DB = 1e-10, 80.0

# Sum of ln P over segments for the waveform and for the log-mel plane, and the number of segments.
Sums = tuple[np.ndarray, np.ndarray, int]


def ring_count(rows: int, cols: int) -> int:
    """Number of rings of a plane, ring 0 (the mean) included."""
    return (max(rows, cols) + 1) // 2


def ring_table(rows: int, cols: int) -> np.ndarray:
    """Ring of each cell of an unshifted 2D FFT, [rows, cols]; ring_count for all cells beyond the last ring.

    round(L hypot(ky / rows, kx / cols)), L = max(rows, cols), exact halves down: the smallest r whose
    squared outer radius (r + 1/2)^2 is not exceeded, with every term times (2 rows cols)^2.
    """
    ky = np.minimum(np.arange(rows), rows - np.arange(rows))[:, None]
    kx = np.minimum(np.arange(cols), cols - np.arange(cols))[None, :]
    squares = 4 * max(rows, cols) ** 2 * ((ky * cols) ** 2 + (kx * rows) ** 2)
    outer = ((2 * np.arange(ring_count(rows, cols)) + 1) * rows * cols) ** 2
    return np.searchsorted(outer, squares.ravel(), side="left").reshape(rows, cols)


def post_alpha(frequency: np.ndarray, mean_log_power: np.ndarray, points: int = 1000) -> float:
    """Exponent of f^-alpha: ln P interpolated on an even grid of ln f, then least squares."""
    log_f = np.log(frequency)
    grid = np.linspace(log_f[0], log_f[-1], points)
    log_p = np.interp(grid, log_f, mean_log_power)
    centred = grid - grid.mean()
    return -float(centred @ (log_p - log_p.mean()) / (centred @ centred))


def run(description: str, measure: Callable[[list[str]], Sums]) -> None:
    """Parse the command line, measure the clips FOLDER/*/* and print alpha of both representations."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("folder", type=Path, help="one folder of clips per class")
    parser.add_argument("--processes", type=int, default=1, help="processes over files (default: 1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    files = sorted(str(path) for path in arguments.folder.glob("*/*") if path.is_file())
    if not files:
        parser.error(f"no files in {arguments.folder}/*/")

    if arguments.processes > 1:
        from multiprocessing import get_context

        shares = [files[i :: arguments.processes] for i in range(arguments.processes)]
        with get_context("fork").Pool(arguments.processes) as pool:
            parts = pool.map(measure, shares)
    else:
        parts = [measure(files)]
    waveform = sum(part[0] for part in parts)
    log_mel = sum(part[1] for part in parts)
    segments = sum(part[2] for part in parts)

    # Bins 1..N/2 of N samples; rings 1.. of planes whose longer side is the bands.
    bins = np.arange(1, len(waveform) + 1) / (2 * len(waveform))
    rings = np.arange(1, len(log_mel) + 1) / (2 * (len(log_mel) + 1))
    result = {
        "files": len(files),
        "segments": segments,
        "waveform": post_alpha(bins, waveform / segments),
        "log-mel": post_alpha(rings, log_mel / segments),
    }
    if arguments.json:
        print(json.dumps(result))
    else:
        print(f"{len(files)} files, {segments} segments")
        print(f"waveform alpha {result['waveform']:.7f}")
        print(f"log-mel  alpha {result['log-mel']:.7f}")
