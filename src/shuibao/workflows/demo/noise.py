"""Fractal noise: seamless squares with a power-law spectrum, laid side by side over any grid."""

import numpy as np
from numpy.typing import NDArray
from scipy import fft


def fractal(rng: np.random.Generator, size: int, slope: float, longest: float = 0) -> NDArray[np.float32]:
    """A seamless square of noise, mean 0, standard deviation 1.

    slope: of the power spectrum (2: rough, 4: smooth); longest: wavelength [cells] above which none is left.
    """
    spectrum = fft.rfft2(rng.standard_normal((size, size), dtype=np.float32))
    across, along = fft.fftfreq(size).astype(np.float32)[:, None], fft.rfftfreq(size).astype(np.float32)[None]
    frequency = np.sqrt(across**2 + along**2)
    frequency[0, 0] = 1
    spectrum *= frequency ** np.float32(-slope / 2)
    spectrum[frequency < (1 / longest if longest else 0)] = 0
    spectrum[0, 0] = 0
    noise = fft.irfft2(spectrum, s=(size, size)).astype(np.float32)
    return np.asarray(noise / noise.std(), dtype=np.float32)


def laid(square: NDArray[np.float32], rows: range, columns: int) -> NDArray[np.float32]:
    """The square repeated over these rows and all columns of a grid."""
    found = np.take(square, np.arange(rows.start, rows.stop) % square.shape[0], axis=0)
    repeats = -(-columns // square.shape[1])
    return np.tile(found, (1, repeats))[:, :columns]


def ranks(noise: NDArray[np.float32]) -> NDArray[np.float32]:
    """The noise as its own quantiles, even between 0 and 1."""
    order = np.empty(noise.size, np.int64)
    order[np.argsort(noise, axis=None, kind="stable")] = np.arange(noise.size)
    return ((order + 0.5) / noise.size).astype(np.float32).reshape(noise.shape)


def towards_north_east(shape: tuple[int, int]) -> NDArray[np.float32]:
    """-1 in the south-western corner of a grid, 0 in the middle, 1 in the north-eastern corner."""
    north = np.linspace(0.5, -0.5, shape[0], dtype=np.float32)[:, None]
    east = np.linspace(-0.5, 0.5, shape[1], dtype=np.float32)
    return north + east
