"""Means with their intervals, where values of one prompt belong together."""

from math import sqrt

import numpy as np

from workbench.stats.agreement import NOTHING, Estimate, Z
from workbench.stats.arrays import Floats, Ints
from workbench.stats.shares import share


def clustered_mean(values: Floats, clusters: Ints) -> Estimate:
    """The mean and its 95 % interval, by the totals of the residuals within each cluster (the
    sandwich of K.-Y. Liang and S. Zeger, Biometrika 73, 1986); `items` counts clusters, and with
    fewer than two of them there is no interval to give, so nothing is said.
    """
    names, codes = np.unique(clusters, return_inverse=True)
    if len(names) < 2:
        return NOTHING
    mean = float(values.mean())
    totals = np.bincount(codes, weights=values - mean)
    scale = len(names) / (len(names) - 1)
    error = sqrt(scale * float(totals @ totals)) / len(values)
    return Estimate(mean, mean - Z * error, mean + Z * error, len(names))


def clustered_share(hits: Floats, clusters: Ints) -> Estimate:
    """The same of zeros and ones. Where all are alike there are no residuals to learn from:
    then Wilson's interval stands, each cluster counted once.
    """
    found = clustered_mean(hits, clusters)
    if found.value is None or found.low is None or found.high is None:
        return found
    if found.value in (0.0, 1.0):
        return share(found.value * found.items, found.items)
    return Estimate(found.value, max(0.0, found.low), min(1.0, found.high), found.items)
