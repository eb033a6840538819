package io.sluice.world;

import java.util.List;
import java.util.Locale;

/** What stands on signs, in subtitles and in corners. The looks share no word of signs and no name. */
final class Words {
    private static final List<String> SIGNS_TRAINING = List.of(
            "BAKERY",
            "CAFE",
            "BOOKS",
            "MARKET",
            "HOTEL",
            "FLOWERS",
            "GARAGE",
            "MUSEUM",
            "THEATRE",
            "PHARMACY",
            "STATION",
            "SCHOOL",
            "LIBRARY",
            "BARBER",
            "BUTCHER",
            "FISH BAR",
            "NO ENTRY",
            "EXIT",
            "OPEN",
            "SALE",
            "TAXI",
            "PARKING",
            "MAIN ST",
            "OAK LANE",
            "PARK",
            "CINEMA",
            "OPTICIAN",
            "TAILOR",
            "GROCER",
            "POST",
            "DINER",
            "Fresh Bread",
            "Good Coffee",
            "Old Mill",
            "Kingston",
            "Harbour",
            "Town Hall",
            "Bus Stop",
            "ROOM 12",
            "ROUTE 66",
            "Gate 4",
            "HOTEL 24",
            "Pizza",
            "Ice Cream",
            "Repairs",
            "Bikes",
            "Music",
            "Pets",
            "Welcome",
            "Quiet Please");
    private static final List<String> SIGNS_HELD_OUT = List.of(
            "BREWERY",
            "TAVERN",
            "CHEMIST",
            "GALLERY",
            "FLORIST",
            "STUDIO",
            "HARDWARE",
            "JEWELLER",
            "WAY OUT",
            "CLOSED",
            "HIGH ROAD",
            "ELM STREET",
            "LOUNGE",
            "BISTRO",
            "PRINTS",
            "TICKETS",
            "AIRPORT",
            "DENTIST",
            "Garden Shop",
            "Fine Wines",
            "New Bridge",
            "Riverside",
            "Platform 9",
            "FLAT 31",
            "Noodles",
            "Antiques",
            "Records",
            "Laundry",
            "Please Knock",
            "Hot Soup",
            "DELI",
            "TOBACCO",
            "CLINIC",
            "Village Inn");

    private static final List<String> SUBJECTS_TRAINING = List.of(
            "the old man",
            "my sister",
            "nobody here",
            "the driver",
            "your dog",
            "the whole town",
            "a stranger",
            "the teacher");
    private static final List<String> VERBS_TRAINING = List.of(
            "never said",
            "always knew",
            "waited for",
            "asked about",
            "walked home with",
            "looked after",
            "talked of",
            "found");
    private static final List<String> OBJECTS_TRAINING = List.of(
            "the red house",
            "that summer",
            "a quiet street",
            "the last bus",
            "the letter",
            "some fresh bread",
            "an open door",
            "the morning train");
    private static final List<String> SUBJECTS_HELD_OUT = List.of(
            "our neighbour", "the captain", "every child", "the painter", "his brother", "that woman", "the baker");
    private static final List<String> VERBS_HELD_OUT =
            List.of("wrote to", "dreamt of", "came back for", "paid for", "laughed about", "forgot", "believed in");
    private static final List<String> OBJECTS_HELD_OUT = List.of(
            "the blue lamp",
            "one more winter",
            "the empty room",
            "a small garden",
            "those pictures",
            "the long way round");

    private static final List<String> MARKS_TRAINING = List.of(
            "CITYCAM",
            "Channel 5",
            "LiveNow",
            "NEWS 24",
            "kino.tv",
            "StreetView",
            "CAM 03",
            "Preview",
            "REC",
            "Sample",
            "HDTV");
    private static final List<String> MARKS_HELD_OUT = List.of(
            "TELE 8", "Newsline", "vidbox.net", "ONAIR", "UrbanLens", "Draft Copy", "CH 11", "Studio B", "FilmHub");

    private Words() {}

    static List<String> signs(Look look) {
        return look == Look.TRAINING ? SIGNS_TRAINING : SIGNS_HELD_OUT;
    }

    static List<String> marks(Look look) {
        return look == Look.TRAINING ? MARKS_TRAINING : MARKS_HELD_OUT;
    }

    static String sign(Look look, Dice dice) {
        if (dice.chance(0.15)) {
            return anything(dice);
        }
        String word = dice.pick(signs(look));
        return dice.chance(0.2) ? word.toUpperCase(Locale.ROOT) : word;
    }

    static String mark(Look look, Dice dice) {
        return dice.pick(marks(look));
    }

    /** A sentence of a subtitle. */
    static String sentence(Look look, Dice dice) {
        boolean training = look == Look.TRAINING;
        String text = dice.pick(training ? SUBJECTS_TRAINING : SUBJECTS_HELD_OUT) + " "
                + dice.pick(training ? VERBS_TRAINING : VERBS_HELD_OUT) + " "
                + dice.pick(training ? OBJECTS_TRAINING : OBJECTS_HELD_OUT) + dice.of(".", ".", "!", "?");
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** Letters or figures that are no word. */
    private static String anything(Dice dice) {
        StringBuilder text = new StringBuilder();
        boolean figures = dice.chance(0.4);
        int length = dice.between(3, 7);
        for (int i = 0; i < length; i++) {
            text.append((char) (figures ? '0' + dice.below(10) : 'A' + dice.below(26)));
        }
        return text.toString();
    }
}
