package io.sluice.route;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a process can be told to do by {@code sluice.stages}: take videos in, be a consumer, or look after the whole. The word of a
 * consumer is its route's id.
 */
public enum Duty {
    /** Watches the inbox. */
    INGEST,
    PLAN,
    EXTRACT,
    BLUR,
    DETECT,
    AESTHETIC,
    INPAINT,
    CAPTION,
    DATASET,
    /** Looks at the catalogue: selects, finishes datasets, publishes lost messages again. One process at a time. */
    CONTROL;

    /** Word for all of them. */
    public static final String ALL = "all";

    /** As the setting writes it: {@code detect}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the setting.
     *
     * @param words of duties, or {@value #ALL} alone
     * @throws IllegalArgumentException if a word is none, or if there is no word; names what is allowed
     */
    public static Set<Duty> parse(Collection<String> words) {
        if (List.copyOf(words).equals(List.of(ALL))) {
            return EnumSet.allOf(Duty.class);
        }
        Set<Duty> duties = EnumSet.noneOf(Duty.class);
        for (String word : words) {
            duties.add(Arrays.stream(values())
                    .filter(duty -> duty.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is not allowed; " + allowed())));
        }
        if (duties.isEmpty()) {
            throw new IllegalArgumentException("'' is not allowed; " + allowed());
        }
        return duties;
    }

    private static String allowed() {
        return "allowed: " + ALL + ", or some of "
                + Arrays.stream(values()).map(Duty::word).collect(Collectors.joining(","));
    }

    /** Property that the duty's routes name in {@code autoStartup}. */
    String property() {
        return "run." + word();
    }

    /**
     * What the routes' {@code autoStartup} reads.
     *
     * @param duties of this process
     */
    public static Map<String, String> properties(Set<Duty> duties) {
        return Arrays.stream(values())
                .collect(Collectors.toMap(Duty::property, duty -> String.valueOf(duties.contains(duty))));
    }
}
