#!/usr/bin/env python3
"""Mean waveform spectrum and log-mel RAPSD of FOLDER/*/*, as one would write it with librosa."""

from __future__ import annotations

import common
from common import HOP_LENGTH, N_FFT, N_MELS, SEGMENT_SECONDS, Sums

import librosa
import numpy as np


def log_periodogram(segment: np.ndarray) -> np.ndarray:
    """ln |rfft|^2 of bins 1..N/2."""
    return np.log(np.abs(np.fft.rfft(segment))[1:] ** 2)


def log_mel_plane(segment: np.ndarray, sample_rate: int) -> np.ndarray:
    """Log-mel spectrogram in dB with librosa's defaults, [band, frame]."""
    mel = librosa.feature.melspectrogram(
        y=segment, sr=sample_rate, n_fft=N_FFT, hop_length=HOP_LENGTH, n_mels=N_MELS
    )
    return librosa.power_to_db(mel)


def log_rapsd(plane: np.ndarray, rings: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """ln of the mean of |fft2|^2 / (M N) over each ring but the mean's."""
    power = np.abs(np.fft.fft2(plane - plane.mean())) ** 2 / plane.size
    sums = np.bincount(rings, weights=power.ravel(), minlength=len(cells) + 1)
    return np.log(sums[1 : len(cells)] / cells[1:])


def measure(files: list[str]) -> Sums:
    """Sums of ln P over all whole segments of these files; constant segments are left out."""
    waveform = log_mel = 0.0
    rings = cells = None
    count = 0
    for path in files:
        samples, sample_rate = librosa.load(path, sr=None)
        length = SEGMENT_SECONDS * sample_rate
        for start in range(0, len(samples) - length + 1, length):
            segment = samples[start : start + length]
            if np.ptp(segment) == 0:
                continue
            plane = log_mel_plane(segment, sample_rate)
            if rings is None:
                rings = common.ring_table(*plane.shape).ravel()
                cells = np.bincount(rings)[: common.ring_count(*plane.shape)]
            waveform = waveform + log_periodogram(segment)
            log_mel = log_mel + log_rapsd(plane, rings, cells)
            count += 1
    return waveform, log_mel, count


if __name__ == "__main__":
    common.run(__doc__, measure)
