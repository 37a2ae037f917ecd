#!/usr/bin/env python3
"""Mean waveform spectrum and log-mel RAPSD of FOLDER/*/*, tuned by hand: float32, batches, tables made once."""

from __future__ import annotations

import wave
from typing import Iterator

import common
from common import AMIN, HOP_LENGTH, N_FFT, N_MELS, SEGMENT_SECONDS, TOP_DB, Sums

import numpy as np
from numpy.lib.stride_tricks import as_strided
from scipy import fft

# scipy's FFT takes several rows at once, so whole batches across files pay.
BATCH = 8
# Bands whose filters are applied by one small dense product over the bins that they cover.
BAND_GROUP = 16


def mel_filters(sample_rate: int) -> np.ndarray:
    """Triangles on Slaney's mel scale with unit area in Hz, [bin, band]."""
    hz_per_mel, break_hz, log_step = 200 / 3, 1000.0, np.log(6.4) / 27
    break_mel = break_hz / hz_per_mel

    def hertz(mel: np.ndarray) -> np.ndarray:
        return np.where(mel < break_mel, mel * hz_per_mel, break_hz * np.exp(log_step * (mel - break_mel)))

    top = break_mel + np.log(sample_rate / 2 / break_hz) / log_step
    edges = hertz(np.linspace(0, top, N_MELS + 2))
    bins = np.fft.rfftfreq(N_FFT, 1 / sample_rate)[:, None]
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    triangles = np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre))
    return (np.maximum(0, triangles) * 2 / (high - low)).astype(np.float32)


class Plan:
    """Tables and scratch for segments of one length and rate."""

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self.length = SEGMENT_SECONDS * sample_rate
        self.frames = 1 + self.length // HOP_LENGTH
        # Frames are centred: half a frame of zeros at both ends, which stay zero.
        self.padded = np.zeros((BATCH, self.length + N_FFT), np.float32)
        self.segments = self.padded[:, N_FFT // 2 : -N_FFT // 2]
        self.window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)).astype(np.float32)
        self.windowed = np.empty((self.frames, N_FFT), np.float32)
        self.power = np.empty((self.frames, N_FFT // 2 + 1), np.float32)
        self.planes = np.empty((BATCH, self.frames, N_MELS), np.float32)
        self.filters = []
        weights = mel_filters(sample_rate)
        for band in range(0, N_MELS, BAND_GROUP):
            group = weights[:, band : band + BAND_GROUP]
            covered = np.flatnonzero(group.any(axis=1))
            bins = slice(covered[0], covered[-1] + 1)
            self.filters.append((bins, slice(band, band + BAND_GROUP), np.ascontiguousarray(group[bins])))
        # Columns beyond 0 and N/2 of the real transform stand for two cells.
        rings, count = common.ring_table(self.frames, N_MELS), common.ring_count(self.frames, N_MELS)
        half = rings[:, : N_MELS // 2 + 1]
        cells = np.full(half.shape, 2.0, np.float32)
        cells[:, [0, -1]] = 1
        share = cells / np.bincount(rings.ravel())[half] / (self.frames * N_MELS)
        self.ring_mean = np.zeros((half.size, count - 1), np.float32)
        inside = np.flatnonzero((half.ravel() > 0) & (half.ravel() < count))
        self.ring_mean[inside, half.ravel()[inside] - 1] = share.ravel()[inside]

    def log_periodograms(self, count: int) -> np.ndarray:
        """Sum of ln |rfft|^2 of bins 1..N/2 over the first segments."""
        power = squared(fft.rfft(self.segments[:count]))[:, 1:]
        return np.log(power, out=power).sum(axis=0)

    def mel_plane(self, index: int) -> None:
        """Mel power of a segment, [frame, band], into its plane."""
        row = self.padded[index]
        frames = as_strided(row, (self.frames, N_FFT), (HOP_LENGTH * row.itemsize, row.itemsize))
        np.multiply(frames, self.window, out=self.windowed)
        power = squared(fft.rfft(self.windowed), self.power)
        for bins, bands, weights in self.filters:
            np.matmul(power[:, bins], weights, out=self.planes[index, :, bands])

    def log_rapsds(self, count: int) -> np.ndarray:
        """Sum of ln P of the rings of the log-mel planes of the first segments."""
        for index in range(count):
            self.mel_plane(index)
        planes = self.planes[:count]
        np.log(np.maximum(planes, AMIN, out=planes), out=planes)
        planes *= np.float32(10 / np.log(10))
        np.maximum(planes, planes.max(axis=(1, 2), keepdims=True) - np.float32(TOP_DB), out=planes)
        planes -= planes.mean(axis=(1, 2), keepdims=True)
        power = squared(fft.rfft2(planes)).reshape(count, -1)
        return np.log(power @ self.ring_mean).sum(axis=0)


def squared(values: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Squared magnitudes; the values are overwritten."""
    parts = values.view(np.float32)
    np.square(parts, out=parts)
    return np.add(parts[..., 0::2], parts[..., 1::2], out=out)


def segments(files: list[str]) -> Iterator[tuple[int, np.ndarray]]:
    """Sample rate and 16-bit samples of every whole segment that is not constant."""
    for path in files:
        with wave.open(path) as clip:
            if (clip.getnchannels(), clip.getsampwidth()) != (1, 2):
                raise SystemExit(f"{path}: not 16-bit mono")
            rate = clip.getframerate()
            samples = np.frombuffer(clip.readframes(clip.getnframes()), "<i2")
        length = SEGMENT_SECONDS * rate
        for start in range(0, len(samples) - length + 1, length):
            segment = samples[start : start + length]
            if segment.min() < segment.max():
                yield rate, segment


def measure(files: list[str]) -> Sums:
    """Sums of ln P over all whole segments of these files; constant segments are left out."""
    plan, filled, count = None, 0, 0
    waveform = log_mel = 0.0
    for rate, segment in segments(files):
        if plan is None:
            plan = Plan(rate)
            waveform = np.zeros(plan.length // 2)
            log_mel = np.zeros(plan.ring_mean.shape[1])
        if rate != plan.sample_rate:
            raise SystemExit("clips of different sample rates")
        np.multiply(segment, np.float32(1 / 32768), out=plan.segments[filled])
        filled, count = filled + 1, count + 1
        if filled == BATCH:
            waveform += plan.log_periodograms(filled)
            log_mel += plan.log_rapsds(filled)
            filled = 0
    if filled:
        waveform += plan.log_periodograms(filled)
        log_mel += plan.log_rapsds(filled)
    return waveform, log_mel, count


if __name__ == "__main__":
    common.run(__doc__, measure)
