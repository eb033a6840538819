package io.sluice.assess;

import java.util.List;
import java.util.Optional;

/**
 * A scale with what lies on it.
 *
 * @param distribution of all frames that were measured on it; empty where none was
 * @param justKept frames in the dataset, from the one nearest to the border on; none where there is no border
 * @param justRejected frames that were rejected by this scale, from the one nearest to the border on
 */
record Gauge(
        Scale scale, Optional<Distribution> distribution, List<MeasuredFrame> justKept, List<Standing> justRejected) {}
