package io.sluice.assess;

import java.util.Map;
import java.util.TreeMap;

/**
 * The same dataset at other thresholds.
 *
 * @param settings what is set otherwise
 * @param outlook under these
 * @param difference from the outlook that the dataset has
 */
public record WhatIf(Map<String, String> settings, Outlook outlook, Difference difference) {
    public WhatIf {
        settings = new TreeMap<>(settings);
    }
}
