package io.sluice.api;

import io.sluice.assess.Goal;
import io.sluice.curation.AbsentException;
import io.sluice.frame.FrameId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values in paths and queries. */
final class Query {
    private Query() {}

    /** @throws RequestException if it is no whole number from {@code least} to {@code most} */
    static Optional<Integer> whole(String key, @Nullable String text, int least, int most) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= least && value <= most) {
                return Optional.of(value);
            }
        } catch (NumberFormatException e) {
            throw RequestException.of(key, text, "a whole number from " + least + " to " + most);
        }
        throw RequestException.of(key, text, "a whole number from " + least + " to " + most);
    }

    /** @throws RequestException if no value has this word */
    static <E> Optional<E> choice(String key, @Nullable String text, E[] values, Function<E, String> word) {
        if (text == null) {
            return Optional.empty();
        }
        List<String> words = Arrays.stream(values).map(word).toList();
        int place = words.indexOf(text);
        if (place < 0) {
            throw RequestException.of(key, text, String.join(", ", words));
        }
        return Optional.of(values[place]);
    }

    /** @throws RequestException if it is neither {@code true} nor {@code false} */
    static boolean flag(String key, @Nullable String text, boolean byDefault) {
        return choice(key, text, new Boolean[] {true, false}, String::valueOf).orElse(byDefault);
    }

    /**
     * Settings that are tried.
     *
     * @param set each {@code key=value}
     */
    static Map<String, String> settings(List<String> set) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String setting : set) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw RequestException.of("set", setting, "key=value, as in blur.threshold=0.4");
            }
            if (settings.put(setting.substring(0, equals).strip(), setting.substring(equals + 1)) != null) {
                throw RequestException.of("set", setting, "one value for a key");
            }
        }
        return settings;
    }

    static Optional<Goal> goal(@Nullable String goal, @Nullable String goalPerVideo) {
        if (goal != null && goalPerVideo != null) {
            throw RequestException.of("goal and goalPerVideo", goal + " and " + goalPerVideo, "one of them");
        }
        Optional<Goal> all = whole("goal", goal, 1, Integer.MAX_VALUE).map(Goal::ofAll);
        return all.isPresent()
                ? all
                : whole("goalPerVideo", goalPerVideo, 1, Integer.MAX_VALUE).map(Goal::ofEachVideo);
    }

    /** Of a path: what cannot be a frame's id is not the id of any. */
    static FrameId frame(String dataset, String id) {
        try {
            return new FrameId(id);
        } catch (IllegalArgumentException e) {
            throw new AbsentException("dataset '" + dataset + "' has no frame " + id);
        }
    }
}
