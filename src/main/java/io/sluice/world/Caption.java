package io.sluice.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a caption says: where, and which things in which colour and number. The first group is what the sentence is about.
 *
 * <pre>
 * caption = "an empty" ("street" | "room") | group [action] place ["next to" groups]
 * groups  = group | group "and" group | group "," groups
 * group   = count colour noun | count ("person" | "people") "in" colour
 * count   = "a" | "an" | "two" | "three" | "four" | "five" | "many"
 * action  = "walking" | "standing" | "sitting"
 * place   = "on a street" | "in a room"
 * </pre>
 *
 * @param groups at most {@link #MOST_GROUPS}, in the order of {@link Kind}
 */
public record Caption(Place place, List<Group> groups) {
    public static final int MOST_GROUPS = 4;

    /** More than that many of a group are "many". */
    private static final int MOST_COUNTED = 5;

    private static final List<String> COUNTS = List.of("", "a", "two", "three", "four", "five", "many");
    private static final List<String> ACTIONS = List.of("walking", "standing", "sitting");

    /**
     * Things of one kind and colour.
     *
     * @param count 6 stands for all greater ones
     * @param action of the first group's dogs or people if it is the same for all of them, otherwise empty
     */
    public record Group(Kind kind, Colour colour, int count, String action) {}

    public Caption {
        groups = List.copyOf(groups);
    }

    /** The caption of a frame by its named objects. */
    static Caption of(Place place, List<FrameTruth.Seen> objects) {
        Map<String, List<FrameTruth.Seen>> groups =
                groups(objects.stream().filter(FrameTruth.Seen::named).toList());
        List<Group> found = new ArrayList<>();
        for (List<FrameTruth.Seen> members : groups.values()) {
            FrameTruth.Seen first = members.get(0);
            Kind kind = kind(first.kind());
            boolean alike = members.stream().allMatch(m -> m.action().equals(first.action()));
            boolean acts = found.isEmpty() && alike && (kind == Kind.DOG || kind == Kind.PERSON);
            found.add(new Group(
                    kind,
                    colour(first.colour()),
                    Math.min(MOST_COUNTED + 1, members.size()),
                    acts ? first.action() : ""));
        }
        return new Caption(place, found);
    }

    /** By kind, then colour; both in the order of their declaration. */
    private static Map<String, List<FrameTruth.Seen>> groups(List<FrameTruth.Seen> objects) {
        List<FrameTruth.Seen> sorted = new ArrayList<>(objects);
        sorted.sort(Comparator.comparing((FrameTruth.Seen s) -> kind(s.kind())).thenComparing(s -> colour(s.colour())));
        Map<String, List<FrameTruth.Seen>> groups = new LinkedHashMap<>();
        for (FrameTruth.Seen seen : sorted) {
            groups.computeIfAbsent(seen.kind() + " " + seen.colour(), key -> new ArrayList<>())
                    .add(seen);
        }
        return groups;
    }

    /** The same objects, those marked that a person would speak of: large enough and seen well enough, in the largest groups. */
    static List<FrameTruth.Seen> named(List<FrameTruth.Seen> objects, int width, int height) {
        List<FrameTruth.Seen> clear = objects.stream()
                .filter(s -> {
                    List<Integer> b = s.box();
                    double share = (b.get(2) - b.get(0)) * (double) (b.get(3) - b.get(1)) / (width * (double) height);
                    return switch (kind(s.kind())) {
                        case DOG -> s.visible() >= 0.35 && share >= 0.004;
                        case PERSON -> s.visible() >= 0.35 && share >= 0.006;
                        case CAR -> s.visible() >= 0.35 && share >= 0.008;
                        case SIGN -> s.visible() >= 0.5 && share >= 0.008;
                        case HOUSE -> s.visible() >= 0.3 && share >= 0.05;
                    };
                })
                .toList();
        List<List<FrameTruth.Seen>> groups = new ArrayList<>(groups(clear).values());
        while (groups.size() > MOST_GROUPS) {
            groups.remove(
                    groups.stream().min(Comparator.comparingInt(Caption::area)).orElseThrow());
        }
        Set<Integer> named = new TreeSet<>();
        groups.forEach(members -> members.forEach(m -> named.add(m.id())));
        return objects.stream()
                .map(s -> new FrameTruth.Seen(
                        s.id(),
                        s.kind(),
                        s.colour(),
                        s.action(),
                        s.box(),
                        s.visible(),
                        s.mask(),
                        named.contains(s.id())))
                .toList();
    }

    private static int area(List<FrameTruth.Seen> members) {
        return members.stream()
                .mapToInt(m -> (m.box().get(2) - m.box().get(0))
                        * (m.box().get(3) - m.box().get(1)))
                .sum();
    }

    public String sentence() {
        if (groups.isEmpty()) {
            return "an empty " + place.word();
        }
        Group subject = groups.get(0);
        StringBuilder text = new StringBuilder(phrase(subject));
        if (!subject.action().isEmpty()) {
            text.append(' ').append(subject.action());
        }
        text.append(' ').append(place.phrase());
        for (int i = 1; i < groups.size(); i++) {
            text.append(i == 1 ? " next to " : i == groups.size() - 1 ? " and " : ", ");
            text.append(phrase(groups.get(i)));
        }
        return text.toString();
    }

    private static String phrase(Group group) {
        String colour = group.colour().word();
        String noun = group.count() == 1 ? group.kind().word() : group.kind().plural();
        String rest = group.kind() == Kind.PERSON ? noun + " in " + colour : colour + " " + noun;
        String count = COUNTS.get(group.count());
        return (count.equals("a") && "aeiou".indexOf(rest.charAt(0)) >= 0 ? "an" : count) + " " + rest;
    }

    /**
     * The caption that a sentence of the grammar says.
     *
     * @throws IllegalArgumentException if the sentence is none of the grammar
     */
    public static Caption parse(String sentence) {
        for (Place place : Place.values()) {
            if (sentence.equals("an empty " + place.word())) {
                return new Caption(place, List.of());
            }
            int at = sentence.indexOf(" " + place.phrase());
            if (at < 0) {
                continue;
            }
            List<Group> groups = new ArrayList<>();
            groups.add(group(sentence.substring(0, at), true));
            String rest = sentence.substring(at + 1 + place.phrase().length());
            if (rest.startsWith(" next to ")) {
                for (String part : rest.substring(" next to ".length()).split(", | and ")) {
                    groups.add(group(part, false));
                }
            } else if (!rest.isEmpty()) {
                throw new IllegalArgumentException("not a caption, '" + rest + "' after the place: " + sentence);
            }
            return new Caption(place, groups);
        }
        throw new IllegalArgumentException("not a caption, no place: " + sentence);
    }

    private static Group group(String phrase, boolean mayAct) {
        List<String> words = new ArrayList<>(Arrays.asList(phrase.split(" ")));
        String action = "";
        if (mayAct && ACTIONS.contains(words.get(words.size() - 1))) {
            action = words.remove(words.size() - 1);
        }
        int count = words.get(0).equals("an") ? 1 : COUNTS.indexOf(words.get(0));
        boolean person = words.size() == 4 && words.get(2).equals("in");
        if (count < 1 || !person && words.size() != 3) {
            throw new IllegalArgumentException("not a group of a caption: '" + phrase + "'");
        }
        String noun = words.get(person ? 1 : 2);
        String colour = words.get(person ? 3 : 1);
        for (Kind kind : Kind.values()) {
            if (noun.equals(count == 1 ? kind.word() : kind.plural())) {
                return new Group(kind, colour(colour), count, action);
            }
        }
        throw new IllegalArgumentException("not a noun of captions: '" + noun + "'");
    }

    /** Every word that a caption can hold, sorted. */
    public static List<String> vocabulary() {
        Set<String> words = new TreeSet<>(COUNTS.subList(1, COUNTS.size()));
        words.addAll(ACTIONS);
        words.addAll(List.of("an", "empty", "on", "in", "next", "to", "and", ","));
        for (Kind kind : Kind.values()) {
            words.add(kind.word());
            words.add(kind.plural());
        }
        for (Colour colour : Colour.values()) {
            words.add(colour.word());
        }
        for (Place place : Place.values()) {
            words.add(place.word());
        }
        return List.copyOf(words);
    }

    private static Kind kind(String word) {
        return Arrays.stream(Kind.values())
                .filter(k -> k.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a kind: '" + word + "'"));
    }

    private static Colour colour(String word) {
        return Arrays.stream(Colour.values())
                .filter(c -> c.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a colour: '" + word + "'"));
    }
}
