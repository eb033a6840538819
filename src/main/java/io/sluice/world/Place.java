package io.sluice.world;

/** Where a shot is taken. */
public enum Place {
    STREET("street", "on a street"),
    ROOM("room", "in a room");

    private final String word;
    private final String phrase;

    Place(String word, String phrase) {
        this.word = word;
        this.phrase = phrase;
    }

    /** As it stands in the truth. */
    public String word() {
        return word;
    }

    /** As it stands in captions. */
    public String phrase() {
        return phrase;
    }
}
