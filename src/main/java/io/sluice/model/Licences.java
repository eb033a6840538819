package io.sluice.model;

import java.util.List;

/** Licences of weights, by their SPDX identifiers. */
public final class Licences {
    /**
     * What a recommended model may have: anybody may use it for anything, commerce included, and nothing that is made with it or
     * runs it over a network comes under its licence. https://spdx.org/licenses/
     */
    public static final List<String> FREE =
            List.of("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT");

    private Licences() {}
}
