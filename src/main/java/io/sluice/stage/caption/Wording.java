package io.sluice.stage.caption;

import io.sluice.frame.Caption;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.Removal;
import io.sluice.model.CaptionAnswer;
import io.sluice.model.CaptionAnswer.End;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.Recipe.CaptionMode;
import io.sluice.recipe.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts trigger and description together.
 *
 * @param tokens how many tokens a text is to the text model that is trained
 */
record Wording(Recipe recipe, ToDoubleFunction<String> tokens) {
    static final String NAMES = "names";

    /** The captioner was stopped by the clock. */
    static final String TOO_SLOW = "too-slow";

    /** The captioner said nothing. */
    static final String EMPTY = "empty";

    /** All that the captioner said is forbidden, or was removed. */
    static final String NOTHING_LEFT = "nothing-left";

    /** Whether the trigger is the whole caption, whatever the picture shows. */
    boolean isTriggerAlone(Frame frame) {
        return recipe.caption().mode() == CaptionMode.REPLACE && !trigger(frame).isEmpty();
    }

    /**
     * @param captioner id of the captioner that answered
     * @param answer empty where none was asked
     */
    Caption caption(Frame frame, String captioner, Optional<CaptionAnswer> answer) {
        String trigger = trigger(frame);
        if (isTriggerAlone(frame)) {
            return new Caption(trigger, NAMES);
        }
        String sentence = "";
        String reason = "";
        if (answer.isPresent()) {
            String said = answer.get().end() == End.TIME
                    ? ""
                    : Sentence.clean(answer.get().text(), answer.get().end() == End.LENGTH);
            sentence = Sentence.withoutEnd(Sentence.without(said, leftOut(frame)));
            if (sentence.isEmpty()) {
                reason = answer.get().end() == End.TIME ? TOO_SLOW : said.isEmpty() ? EMPTY : NOTHING_LEFT;
            }
        }
        String method = sentence.isEmpty() ? NAMES : captioner;
        String description = sentence.isEmpty() ? NamesCaption.of(recipe, frame) : sentence;
        if (recipe.caption().mode() == CaptionMode.FILL && !description.isEmpty()) {
            trigger = "";
        }
        if (description.isEmpty() && trigger.isEmpty()) {
            description = fallback();
        }
        return new Caption(cut(trigger, description), method, reason);
    }

    private String trigger(Frame frame) {
        boolean context = Target.isContext(recipe.detect(), frame);
        return context ? "" : Sentence.line(recipe.caption().trigger());
    }

    /** Words that the caption must not have: forbidden ones, and names of what was removed and is not there a second time. */
    private List<String> leftOut(Frame frame) {
        List<String> words = new ArrayList<>(recipe.caption().forbidden());
        Optional<Removal> removal = frame.annotation(Removal.class);
        if (removal.isEmpty()) {
            return words;
        }
        List<Detection> gone = removal.get().objects();
        List<String> there = frame.annotation(Detections.class).map(Detections::objects).orElse(List.of()).stream()
                .filter(object -> object.score() >= recipe.detect().minConfidence() && !gone.contains(object))
                .flatMap(object -> Sentence.withOtherNames(object.label()))
                .toList();
        gone.stream()
                .flatMap(object -> Sentence.withOtherNames(object.label()))
                .filter(word -> !there.contains(word))
                .forEach(words::add);
        if (!removal.get().textRegions().isEmpty()) {
            words.addAll(Sentence.TEXT);
        }
        return words;
    }

    /** Whole words go off the end of the description, never off the trigger; something must stand, as trainers stop at nothing. */
    private String cut(String trigger, String description) {
        if (tokens.applyAsDouble(join(trigger, description)) <= recipe.caption().maxTokens()) {
            return join(trigger, description);
        }
        String[] words = description.split(" ");
        int least = trigger.isEmpty() ? 1 : 0;
        for (int count = words.length - 1; count > least; count--) {
            String start = Sentence.withoutEnd(Stream.of(words).limit(count).collect(Collectors.joining(" ")));
            if (!start.isEmpty()
                    && tokens.applyAsDouble(join(trigger, start))
                            <= recipe.caption().maxTokens()) {
                return join(trigger, start);
            }
        }
        return join(trigger, least == 0 ? "" : words[0]);
    }

    private String join(String trigger, String description) {
        Stream<String> parts = recipe.caption().mode() == CaptionMode.SUFFIX
                ? Stream.of(description, trigger)
                : Stream.of(trigger, description);
        return parts.filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
    }

    /** The name of a dataset always has a letter, digit, dash or underscore; of dashes alone it stands as it is. */
    private String fallback() {
        String concept = Sentence.line(recipe.export().concept());
        if (!concept.isEmpty()) {
            return concept;
        }
        String words = Sentence.line(recipe.dataset().replace('_', ' ').replace('-', ' '));
        return words.isEmpty() ? recipe.dataset() : words;
    }
}
