package io.sluice.video;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.global.avutil;

/** What FFmpeg's complaints mean, for a person who does not know how video files are made. */
final class PlainWords {
    /** POSIX numbers, the same on Linux and macOS. */
    private static final int EIO = 5;

    private static final int ENOMEM = 12;
    private static final int EACCES = 13;

    static final String BROKEN = "what it holds is broken";

    static final String ENCRYPTED = "it is encrypted";

    /** In order of how much they tell; the words on the right follow a verb, as in "cannot be opened: ...". */
    private static final List<Map.Entry<Pattern, String>> WORDS = List.of(
            word("moov atom not found", "its index is missing: the recording was not ended, or the file is cut off"),
            word("error reading header|header (parsing|missing)|invalid header", "its header is broken or cut off"),
            word("invalid as first byte of an EBML number|exceeds containing master element", BROKEN),
            word("nested|max depth", "its parts are nested deeper than any real video's"),
            word("encrypt|unexpected non-zero.*iv|key not found", ENCRYPTED));

    private PlainWords() {}

    private static Map.Entry<Pattern, String> word(String pattern, String words) {
        return Map.entry(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), words);
    }

    /** @param messages FFmpeg's, oldest first */
    static String of(int error, List<String> messages) {
        for (Map.Entry<Pattern, String> word : WORDS) {
            if (messages.stream()
                    .anyMatch(message -> word.getKey().matcher(message).find())) {
                return word.getValue();
            }
        }
        return of(error);
    }

    /** By the error's number alone. */
    static String of(int error) {
        if (error == avutil.AVERROR_EOF()) {
            return "the file ends too early";
        }
        if (error == avutil.AVERROR_PATCHWELCOME()) {
            return "it is made in a way that FFmpeg does not know yet";
        }
        return switch (-error) {
            case EIO -> "the file cannot be read to its end";
            case ENOMEM -> "it asks for more memory than is allowed";
            case EACCES -> "the file may not be read";
            default -> BROKEN;
        };
    }
}
