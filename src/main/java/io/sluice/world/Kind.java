package io.sluice.world;

/** The kinds of things that the truth tells of, in the order in which captions name them. */
public enum Kind {
    DOG("dog", "dogs"),
    PERSON("person", "people"),
    CAR("car", "cars"),
    HOUSE("house", "houses"),
    SIGN("sign", "signs");

    private final String word;
    private final String plural;

    Kind(String word, String plural) {
        this.word = word;
        this.plural = plural;
    }

    public String word() {
        return word;
    }

    public String plural() {
        return plural;
    }
}
