package io.sluice.taste;

/** What came of training. */
public sealed interface Lesson {
    Evidence evidence();

    /** A taste was found: it foretells better than chance what was said of frames left out. */
    record Learnt(LinearTaste taste, Evidence evidence) implements Lesson {}

    /**
     * Nothing that can be told from chance.
     *
     * @param reason a sentence, with how many more opinions are wanted where that can be told
     */
    record TooFew(String reason, Evidence evidence) implements Lesson {}
}
